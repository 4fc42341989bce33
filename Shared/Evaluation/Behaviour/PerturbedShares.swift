import Contracts
import Statistics

/// The share of perturbed rows that did what was asked for, for each way by itself; the weakest way decides.
struct PerturbedShares {
    let test: TestSpec
    let manifest: CapabilityManifest
    let bound: Double
    /// What the rows did, as `keep their answer`.
    let wording: String
    /// Rows that the test looked at.
    let rows: Int
    let ways: [(name: String, share: Proportion)]

    /// Pass when every way's interval clears the bound, fail when one lies below it, else inconclusive.
    func result() -> TestResult {
        let judge = Judge(test: test, manifest: manifest, rows: rows)
        guard rows > 0 else {
            return judge.undecided(
                "No labeled row of the test split is there to be perturbed.", bound: bound)
        }
        let parts = ways.map(part)
        guard let weakest = ways.indices.min(by: { isWeaker(ways[$0].share, than: ways[$1].share) })
        else {
            return judge.undecided("The test names no perturbation.", bound: bound)
        }
        let way = ways[weakest]
        guard way.share.trials > 0 else {
            return judge.result(
                .inconclusive, nil, bound: bound,
                message:
                    "\(way.name) changes none of the \(Wording.rows(rows)): they hold nothing that it would move within the declared range.",
                parts: parts)
        }
        let estimate = estimate(way.share)
        let verdict = estimate.verdict(atLeast: bound)
        let more = verdict == .inconclusive ? RowsNeeded.more(estimate, bound: bound) : nil
        return judge.result(
            verdict, estimate, bound: bound, message: message(verdict, way.name, estimate, more),
            parts: parts, moreRows: more)
    }

    private func part(_ way: (name: String, share: Proportion)) -> TestResult.Part {
        guard way.share.trials > 0 else {
            return TestResult.Part(name: way.name, verdict: .inconclusive, rows: 0)
        }
        let estimate = estimate(way.share)
        return TestResult.Part(
            name: way.name, verdict: TestResult.Verdict(estimate.verdict(atLeast: bound)),
            value: estimate.value,
            low: estimate.interval?.lower, high: estimate.interval?.upper, rows: way.share.trials)
    }

    private func estimate(_ share: Proportion) -> Estimate {
        Estimate(value: share.value, interval: share.wilson(), count: share.trials, method: "wilson")
    }

    /// A way that fails comes first, then one that says nothing, then the one whose interval reaches lowest.
    private func isWeaker(_ one: Proportion, than other: Proportion) -> Bool {
        func rank(_ share: Proportion) -> Int {
            switch estimate(share).verdict(atLeast: bound) {
            case .fail: 0
            case .inconclusive: share.trials == 0 ? 1 : 2
            case .pass: 3
            }
        }
        let (left, right) = (rank(one), rank(other))
        return left != right ? left < right : one.wilson().lower < other.wilson().lower
    }

    private func message(_ verdict: Verdict, _ way: String, _ estimate: Estimate, _ more: Int?)
        -> String
    {
        let found =
            "After \(way), \(Wording.number(estimate.value)) of the rows \(wording)\(Wording.interval(estimate, estimate.count))"
        let asked = "at least \(Wording.number(bound))"
        switch verdict {
        case .pass: return "\(found); \(asked) was asked for."
        case .fail: return "\(found), where \(asked) was asked for."
        case .inconclusive:
            let rest =
                more.map { "; about \(Wording.rows($0, "more labeled row")) of the test split would" } ?? ""
            return "\(found), which does not settle whether it is \(asked)\(rest)."
        }
    }
}
