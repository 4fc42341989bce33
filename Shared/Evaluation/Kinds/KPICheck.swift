import Contracts
import Statistics

/// Whether the offline metric foretells the live KPI: their rank correlation over versions that served.
struct KPICheck: Check {
    let test: TestSpec

    func judge(_ subject: Subject) throws -> TestResult {
        let kpi = test.kpi ?? ""
        let bound = test.atLeast ?? 0
        let pairs = subject.pairs(of: kpi).filter { $0.offline.isFinite && $0.live.isFinite }
        let judge = Judge(test: test, manifest: subject.manifest, rows: pairs.count)
        guard pairs.count >= RankCorrelation.fewest else {
            let there =
                pairs.isEmpty ? "No version has" : "Only \(Wording.rows(pairs.count, "version")) \(pairs.count == 1 ? "has" : "have")"
            return judge.undecided(
                "\(there) both \(judge.subject) and \(kpi) yet; at least \(RankCorrelation.fewest) are needed.", bound: bound)
        }
        // A metric that is better when lower has to move against the KPI.
        let sign = (try? subject.metric(of: test))?.higherIsBetter == false ? -1.0 : 1
        guard let correlation = RankCorrelation(pairs.map { sign * $0.offline }, pairs.map(\.live)) else {
            return judge.undecided("\(judge.subject) or \(kpi) is the same for all versions, which tells nothing.", bound: bound)
        }
        let estimate = correlation.estimate()
        let verdict = estimate.verdict(atLeast: bound)
        let found =
            "\(judge.subject) and \(kpi) have a rank correlation of \(Wording.number(estimate.value))"
            + Wording.interval(estimate, pairs.count, "version")
        let parts = pairs.sorted { $0.version < $1.version }.map { TestResult.Part(name: "version \($0.version)", value: $0.live) }
        return judge.result(verdict, estimate, bound: bound, message: message(verdict, found, bound), parts: parts)
    }

    /// More versions would settle it, not more rows.
    private func message(_ verdict: Verdict, _ found: String, _ bound: Double) -> String {
        let asked = "at least \(Wording.number(bound))"
        switch verdict {
        case .pass: return "\(found); \(asked) was asked for."
        case .fail: return "\(found), where \(asked) was asked for."
        case .inconclusive: return "\(found), which does not settle whether it is \(asked): more versions have to serve first."
        }
    }
}
