import Contracts
import OnnxRuntime
import Statistics
import Tensors

/// What the interface promises holds: what does not fit is refused, answers are shaped as declared, and a batch answers as its rows do alone.
struct ContractCheck: Check {
    /// Rows that are asked in a batch and alone.
    static let rows = 16

    let test: TestSpec

    func judge(_ subject: Subject) throws -> TestResult {
        let picked = Array(subject.positions(of: test.slice).prefix(Self.rows))
        let judge = Judge(test: test, manifest: subject.manifest, rows: picked.count)
        guard let model = subject.model else {
            return judge.undecided("There is no model to ask.", bound: nil)
        }
        guard !picked.isEmpty else {
            return judge.undecided("No labeled row of the test split is there to ask about.", bound: nil)
        }
        let session = try Session(runtime: model.runtime, model: model.bytes)
        let batch = LatencyCheck.tensors(subject.inputs.picking(picked))
        let answers = ContractAnswers(interface: model.interface, session: session)
        let refusals = ContractRefusals(interface: model.interface, session: session)
        let clauses = answers.clauses(of: batch) + refusals.clauses(of: batch.map { $0.rows(0..<1) })
        return result(clauses, judge)
    }

    private func result(_ clauses: [ContractClause], _ judge: Judge) -> TestResult {
        let parts = clauses.map {
            TestResult.Part(name: $0.name, verdict: $0.fault == nil ? .pass : .fail)
        }
        let broken = clauses.compactMap { clause in clause.fault.map { "\(clause.name): \($0)" } }
        let share = Estimate(
            value: Double(clauses.count - broken.count) / Double(max(1, clauses.count)), interval: nil,
            count: clauses.count,
            method: "count")
        let message =
            broken.isEmpty
            ? "All \(Wording.rows(clauses.count, "clause")) of the interface hold on \(Wording.rows(judge.rows))."
            : "\(broken.count) of \(Wording.rows(clauses.count, "clause")) of the interface broken. \(broken.prefix(3).joined(separator: "; "))."
        return judge.result(
            broken.isEmpty ? .pass : .fail, share, bound: 1, message: message, parts: parts)
    }
}
