import Contracts
import OnnxRuntime
import Statistics
import Tensors

/// The same rows give the same answers, asked again and after another load.
struct ReproducibleCheck: Check {
    /// Rows that are asked about.
    static let rows = 1_024

    let test: TestSpec

    func judge(_ subject: Subject) throws -> TestResult {
        let picked = Array(subject.positions(of: test.slice).prefix(Self.rows))
        let judge = Judge(test: test, manifest: subject.manifest, rows: picked.count)
        let bound = test.tolerance ?? 0
        guard let model = subject.model else {
            return judge.undecided("There is no model to ask again.", bound: bound)
        }
        guard !picked.isEmpty else {
            return judge.undecided(
                "No labeled row of the test split is there to ask about.", bound: bound)
        }
        let batches = subject.inputs.picking(picked).batches
        func answers(_ session: Session) throws -> [Tensor] {
            try batches.flatMap { try session.run($0) }
        }
        let session = try Session(runtime: model.runtime, model: model.bytes)
        let first = try answers(session)
        let again = AnswerDifference.between(first, try answers(session))
        let loaded = AnswerDifference.between(
            first, try answers(try Session(runtime: model.runtime, model: model.bytes)))
        return result(again: again, loaded: loaded, bound, judge)
    }

    private func result(again: Double, loaded: Double, _ bound: Double, _ judge: Judge) -> TestResult {
        let parts = [("asked again", again), ("loaded again", loaded)].map { name, difference in
            TestResult.Part(
                name: name, verdict: difference <= bound ? .pass : .fail,
                value: difference.isFinite ? difference : nil)
        }
        let largest = max(again, loaded)
        let verdict: Verdict = largest <= bound ? .pass : .fail
        let estimate =
            largest.isFinite
            ? Estimate(value: largest, interval: nil, count: judge.rows, method: "count") : nil
        let place = again > bound ? "when it is asked again" : "after another load"
        let far = largest.isFinite ? "differ by up to \(Self.text(largest))" : "are others"
        let asked = bound == 0 ? "the same ones" : "at most \(Self.text(bound))"
        let found = "The answers to the same \(Wording.rows(judge.rows))"
        let message =
            verdict == .pass
            ? "\(found) differ by at most \(Self.text(largest)), asked again and after another load; \(asked) was asked for."
            : "\(found) \(far) \(place), where \(asked) was asked for."
        return judge.result(verdict, estimate, bound: bound, message: message, parts: parts)
    }

    /// Differences are small: as many digits as show them.
    private static func text(_ difference: Double) -> String {
        difference == 0 || difference >= 0.01
            ? Wording.number(difference) : "\(Double(Float(difference)))"
    }
}
