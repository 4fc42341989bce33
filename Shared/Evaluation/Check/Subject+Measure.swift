import Contracts
import Statistics

extension Subject {
    /// A number that a check found, and what has to be said beside it.
    struct Measured<Number> {
        let number: Number
        /// ` Labels …` as the end of a message; empty where there is nothing to say.
        let note: String
    }

    /// The metric that a test names, for the class it names.
    func metric(of test: TestSpec) throws(MetricError) -> MetricChoice {
        var position: Int?
        if let asked = test.class {
            guard let found = labels?.position(of: asked) else { throw .needs("a class among the choices", metric: test.metric ?? "") }
            position = found
        }
        return try MetricChoice(test.metric ?? "", class: position, at: test.at)
    }

    /// A metric of what a model said of some rows, corrected for labels that are uncertain where the metric allows it.
    func measure(_ metric: MetricChoice, _ said: Predictions, _ picked: [Int]) throws(MetricError) -> Measured<Estimate> {
        switch metric {
        case .ranked(let ranked): return Measured(number: try ranked.measure(truths.ranked(said, picked)), note: "")
        case .scored(let scored):
            let rows = try truths.scored(said, picked)
            guard let confidences = truths.uncertainty(picked) else { return Measured(number: try scored.measure(rows), note: "") }
            let labels = try UncertainLabels(rows, confidences: confidences)
            guard let corrected = try scored.measure(labels) else {
                return Measured(number: try scored.measure(rows), note: Self.taken(confidences))
            }
            return Measured(number: corrected, note: Self.corrected(labels, confidences))
        }
    }

    /// The paired difference of two models on some rows, corrected likewise. Answers at fault are the candidate's; the champion's make
    /// the metric undefined.
    func compare(_ metric: MetricChoice, champion: Predictions, _ picked: [Int]) throws(MetricError) -> Measured<PairedComparison> {
        switch metric {
        case .ranked(let ranked):
            let before = try other(ranked.name) { () throws(MetricError) in try truths.ranked(champion, picked) }
            let comparison = try ranked.compare(champion: before, candidate: truths.ranked(candidate, picked))
            return Measured(number: comparison, note: "")
        case .scored(let scored):
            let before = try other(scored.name) { () throws(MetricError) in try truths.scored(champion, picked) }
            let after = try truths.scored(candidate, picked)
            guard let confidences = truths.uncertainty(picked) else {
                return Measured(number: try scored.compare(champion: before, candidate: after), note: "")
            }
            let labels = try UncertainLabels(after, confidences: confidences)
            guard let corrected = try scored.compare(champion: UncertainLabels(before, confidences: confidences), candidate: labels) else {
                return Measured(number: try scored.compare(champion: before, candidate: after), note: Self.taken(confidences))
            }
            return Measured(number: corrected, note: Self.corrected(labels, confidences))
        }
    }

    /// The rows of another model than the candidate, whose faults are not the candidate's.
    private func other<Rows>(_ metric: String, _ rows: () throws(MetricError) -> Rows) throws(MetricError) -> Rows {
        do throws(MetricError) { return try rows() } catch {
            throw .undefined(metric: metric, reason: "the answers of the model to compare with cannot be measured (\(error))")
        }
    }

    /// That a metric has no correction.
    static func taken(_ confidences: [Double]) -> String {
        " Labels are right with \(mean(confidences)) on average, and are taken as given."
    }

    private static func corrected(_ labels: UncertainLabels, _ confidences: [Double]) -> String {
        let left = labels.leftOut > 0 ? "; \(Wording.rows(labels.leftOut)) whose label says next to nothing are left out" : ""
        return " Labels are right with \(mean(confidences)) on average, for which the number is corrected\(left)."
    }

    private static func mean(_ confidences: [Double]) -> String {
        Wording.number(confidences.reduce(0, +) / Double(max(confidences.count, 1)))
    }
}
