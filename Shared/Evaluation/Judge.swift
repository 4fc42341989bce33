import Contracts
import Statistics

/// Makes one test's result, with the sentence that says it.
struct Judge {
    let test: TestSpec
    let manifest: CapabilityManifest
    /// Labeled rows of the test split that the test looks at.
    let rows: Int

    /// What is measured, as `recall of 8 at 10 on slice eights`.
    var subject: String {
        let label = test.class.map { " of \(String(decoding: $0.canonical, as: UTF8.self))" } ?? ""
        let cutOff = test.at.map { " at \($0)" } ?? ""
        return "\(test.metric ?? "")\(label)\(cutOff)\(place)"
    }

    /// ` on slice eights`, or nothing.
    var place: String { test.slice.map { " on slice \($0)" } ?? "" }

    /// A result, in which a number that is not finite is left out; what an open one lacks is worked out from the estimate and the bound unless `moreRows` says it.
    func result(
        _ verdict: Verdict, _ estimate: Estimate?, bound: Double?, message: String, parts: [TestResult.Part]? = nil, moreRows: Int? = nil
    ) -> TestResult {
        let need = verdict == .pass ? nil : SliceNeed.need(of: test, in: manifest, testRows: rows, estimate: estimate, bound: bound)
        var more = moreRows
        if more == nil, verdict == .inconclusive, let estimate, let bound { more = RowsNeeded.more(estimate, bound: bound) }
        return TestResult(
            name: test.name, kind: test.kind, verdict: TestResult.Verdict(verdict), blocking: test.onInconclusive != .warn,
            metric: test.metric, slice: test.slice, value: estimate?.value.whereFinite, low: estimate?.interval?.lower.whereFinite,
            high: estimate?.interval?.upper.whereFinite, bound: bound, rows: rows, message: message, needs: need,
            parts: parts?.map(\.whereFinite), moreRows: verdict == .inconclusive ? more : nil)
    }

    /// A failure that is the model's own, whatever the rows say; it asks for no labels.
    func broken(_ message: String, bound: Double? = nil) -> TestResult {
        var result = result(.fail, nil, bound: bound, message: message)
        result.needs = nil
        return result
    }

    /// Why a metric could not be computed: the model's failure where its answers are at fault, else open.
    func unmeasured(_ error: MetricError, _ sentence: String, of subject: Subject, bound: Double? = nil) -> TestResult {
        switch error {
        case .notFinite(let row): broken("\(sentence): row \(subject.rows[row].id) got a number that is not finite.", bound: bound)
        case .invalidProbabilities(let row):
            broken("\(sentence): row \(subject.rows[row].id) got probabilities outside 0 to 1, or with a sum that is not 1.", bound: bound)
        default: undecided("\(sentence): \(error).", bound: bound)
        }
    }

    /// A result without a number.
    func undecided(_ message: String, bound: Double? = nil, parts: [TestResult.Part]? = nil, moreRows: Int? = nil) -> TestResult {
        result(.inconclusive, nil, bound: bound, message: message, parts: parts, moreRows: moreRows)
    }

    /// The result where no row counts.
    func noRows(bound: Double?) -> TestResult {
        let place = test.slice.map { "is in slice \($0)" } ?? "is there"
        let asked = test.atLeast.map { RowsNeeded.least(toReach: $0) }
        let least = asked.map { "; at least \(Wording.rows($0)) would be needed" } ?? ""
        return undecided("No labeled row of the test split \(place), so nothing can be said\(least).", bound: bound, moreRows: asked)
    }

    /// A value held against a bound: `accuracy is 0.92 (95 % interval …); at least 0.84 was asked for.`
    func message(_ verdict: Verdict, _ found: String, isAtLeast: Bool, bound: Double, _ estimate: Estimate) -> String {
        let asked = "\(isAtLeast ? "at least" : "at most") \(Wording.number(bound))"
        switch verdict {
        case .pass: return "\(found); \(asked) was asked for."
        case .fail: return "\(found), where \(asked) was asked for."
        case .inconclusive: return "\(found), which does not settle whether it is \(asked)\(more(estimate, bound))."
        }
    }

    /// `; about 40 more labeled rows of the test split would`
    func more(_ estimate: Estimate, _ bound: Double) -> String {
        guard let more = RowsNeeded.more(estimate, bound: bound) else { return "; no number of rows like these would" }
        return "; about \(Wording.rows(more, "more labeled row")) of the test split would"
    }
}

extension Double {
    /// Nil for what JSON cannot say.
    fileprivate var whereFinite: Double? { isFinite ? self : nil }
}

extension TestResult.Part {
    fileprivate var whereFinite: TestResult.Part {
        TestResult.Part(
            name: name, verdict: verdict, value: value?.whereFinite, low: low?.whereFinite, high: high?.whereFinite, rows: rows)
    }
}

extension TestResult.Verdict {
    init(_ verdict: Verdict) {
        switch verdict {
        case .pass: self = .pass
        case .fail: self = .fail
        case .inconclusive: self = .inconclusive
        }
    }
}
