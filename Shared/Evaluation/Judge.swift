import Contracts
import Statistics

/// Turns numbers into one test's result.
struct Judge {
    let test: TestSpec
    let manifest: CapabilityManifest
    /// Labeled rows of the test split that the test looks at.
    let rows: Int

    private var subject: String { "\(test.metric ?? "")\(test.slice.map { " on slice \($0)" } ?? "")" }

    /// Whether the whole interval clears the bound.
    func metric(_ measure: (Metric) throws(MetricError) -> Estimate) -> TestResult {
        let bound = test.atLeast ?? test.atMost ?? 0
        guard rows > 0 else { return noRows(bound: bound) }
        do throws(MetricError) {
            let estimate = try measure(try Metric.named(test.metric ?? ""))
            guard estimate.value.isFinite else { return undecided("\(subject) is not defined on \(Wording.rows(rows)).", bound: bound) }
            let verdict = test.atLeast == nil ? estimate.verdict(atMost: bound) : estimate.verdict(atLeast: bound)
            return result(verdict, estimate, bound: bound, message: message(verdict, estimate, bound))
        } catch {
            return undecided("\(subject) cannot be measured: \(error).", bound: bound)
        }
    }

    /// Whether the model is at most `within` worse than the champion.
    func regression(_ champion: Champion, _ compare: (Metric, Predictions) throws(MetricError) -> PairedComparison) -> TestResult {
        let margin = test.within ?? 0
        switch champion {
        case .absent: return result(.pass, nil, bound: nil, message: "There is no champion yet, so there is nothing to fall behind.")
        case .unusable(let reason): return undecided("The champion cannot be compared with: \(reason).", bound: nil)
        case .scored(let predictions):
            guard rows > 0 else { return noRows(bound: nil) }
            do throws(MetricError) {
                let comparison = try compare(try Metric.named(test.metric ?? ""), predictions)
                let verdict = comparison.noStepBack(within: margin)
                let bound = comparison.higherIsBetter ? -margin : margin
                return result(verdict, comparison.difference, bound: bound, message: message(verdict, comparison, margin, bound))
            } catch {
                return undecided("\(subject) cannot be compared: \(error).", bound: nil)
            }
        }
    }

    /// A kind that this runner does not know.
    func unknown() -> TestResult { undecided("The test runner does not know the kind \(test.kind).", bound: nil) }

    private func message(_ verdict: Verdict, _ estimate: Estimate, _ bound: Double) -> String {
        let found = "\(subject) is \(Wording.number(estimate.value))\(Wording.interval(estimate, rows))"
        let asked = "\(test.atLeast == nil ? "at most" : "at least") \(Wording.number(bound))"
        switch verdict {
        case .pass: return "\(found); \(asked) was asked for."
        case .fail: return "\(found), where \(asked) was asked for."
        case .inconclusive: return "\(found), which does not settle whether it is \(asked)\(more(estimate, bound))."
        }
    }

    private func message(_ verdict: Verdict, _ comparison: PairedComparison, _ margin: Double, _ bound: Double) -> String {
        let pair = "\(subject) is \(Wording.number(comparison.candidate)), the champion's \(Wording.number(comparison.champion))"
        let found =
            "\(pair): a difference of \(Wording.signed(comparison.difference.value))\(Wording.interval(comparison.difference, rows))"
        let asked = "\(Wording.number(margin)) worse"
        switch verdict {
        case .pass: return "\(found), so at most \(asked)."
        case .fail: return "\(found), so more than \(asked)."
        case .inconclusive: return "\(found), which does not settle whether it is more than \(asked)\(more(comparison.difference, bound))."
        }
    }

    private func more(_ estimate: Estimate, _ bound: Double) -> String {
        guard let more = RowsNeeded.more(estimate, bound: bound) else { return "; no number of rows like these would" }
        return "; about \(Wording.rows(more, "more labeled row")) of the test split would"
    }

    private func noRows(bound: Double?) -> TestResult {
        let place = test.slice.map { "is in slice \($0)" } ?? "is there"
        let least = test.atLeast.map { "; at least \(Wording.rows(RowsNeeded.least(toReach: $0))) would be needed" } ?? ""
        return undecided("No labeled row of the test split \(place), so nothing can be said\(least).", bound: bound)
    }

    private func undecided(_ message: String, bound: Double?) -> TestResult {
        result(.inconclusive, nil, bound: bound, message: message)
    }

    private func result(_ verdict: Verdict, _ estimate: Estimate?, bound: Double?, message: String) -> TestResult {
        let need = verdict == .pass ? nil : SliceNeed.need(of: test, in: manifest, testRows: rows, estimate: estimate, bound: bound)
        return TestResult(
            name: test.name, kind: test.kind, verdict: TestResult.Verdict(verdict), blocking: test.onInconclusive != .warn,
            metric: test.metric, slice: test.slice, value: estimate?.value, low: estimate?.interval?.lower,
            high: estimate?.interval?.upper, bound: bound, rows: rows, message: message, needs: need)
    }
}

extension TestResult.Verdict {
    fileprivate init(_ verdict: Verdict) {
        switch verdict {
        case .pass: self = .pass
        case .fail: self = .fail
        case .inconclusive: self = .inconclusive
        }
    }
}
