import Contracts
import Statistics

/// Whether the model is at most `within` worse than an alias's on the same rows.
struct RegressionCheck: Check {
    let test: TestSpec

    private var alias: String { test.against ?? "champion" }

    func judge(_ subject: Subject) throws -> TestResult {
        let picked = subject.positions(of: test.slice)
        let judge = Judge(test: test, manifest: subject.manifest, rows: picked.count)
        switch subject.champion(alias) {
        case .absent where alias == "champion":
            return judge.result(.pass, nil, bound: nil, message: "There is no \(alias) yet, so there is nothing to fall behind.")
        case .absent: return judge.undecided("There is no \(alias) yet, so the model cannot be compared with it.")
        case .unusable(let reason): return judge.undecided("The \(alias) cannot be compared with: \(reason).")
        case .scored(let said):
            guard !picked.isEmpty else { return judge.noRows(bound: nil) }
            do throws(MetricError) { return held(try subject.compare(try subject.metric(of: test), champion: said, picked), judge) } catch {
                return judge.unmeasured(error, "\(judge.subject) cannot be compared", of: subject)
            }
        }
    }

    private func held(_ measured: Subject.Measured<PairedComparison>, _ judge: Judge) -> TestResult {
        let comparison = measured.number
        guard comparison.candidate.isFinite else {
            return judge.broken("\(judge.subject) is no finite number: the answers are too large.")
        }
        guard comparison.champion.isFinite, comparison.difference.value.isFinite else {
            return judge.undecided("The \(alias)'s \(judge.subject) is no finite number, so nothing can be compared with it.")
        }
        let margin = test.within ?? 0
        let verdict = comparison.noStepBack(within: margin)
        let bound = comparison.higherIsBetter ? -margin : margin
        let values = [("candidate", comparison.candidate), (alias, comparison.champion)] + (comparison.pValue.map { [("p", $0)] } ?? [])
        return judge.result(
            verdict, comparison.difference, bound: bound, message: message(verdict, comparison, judge, bound) + measured.note,
            parts: values.map { TestResult.Part(name: $0.0, value: $0.1) })
    }

    private func message(_ verdict: Verdict, _ comparison: PairedComparison, _ judge: Judge, _ bound: Double) -> String {
        let difference = comparison.difference
        let pair = "\(judge.subject) is \(Wording.number(comparison.candidate)), the \(alias)'s \(Wording.number(comparison.champion))"
        let found = "\(pair): a difference of \(Wording.signed(difference.value))\(Wording.interval(difference, judge.rows))"
        let asked = "\(Wording.number(test.within ?? 0)) worse"
        switch verdict {
        case .pass: return "\(found), so at most \(asked)."
        case .fail: return "\(found), so more than \(asked)."
        case .inconclusive: return "\(found), which does not settle whether it is more than \(asked)\(judge.more(difference, bound))."
        }
    }
}
