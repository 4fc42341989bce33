import Contracts
import Statistics

/// A metric of rows whose truth is known.
struct MetricCheck: Sendable {
    /// Labeled rows below which nothing fires.
    static let fewest = 30
    /// A look comes with every batch of feedback, so one look has to be surer than 95 %.
    static let firingLevel = 0.99
    /// Most classes where the manifest does not list them: the work goes with their square.
    static let mostClasses = 100

    let answer: AnswerField
    let choices: [JSONValue]

    /// The metric with its interval; nil where the rows do not allow one.
    func estimate(_ metric: Metric, _ rows: [TrafficRow], level: Double) -> Estimate? {
        let known = rows.filter { $0.label != nil && $0.output[answer.name] != nil }
        guard !known.isEmpty else { return nil }
        if let rows = classes(known), let estimate = try? metric.measure(rows, level: level) { return estimate }
        guard let rows = numbers(known) else { return nil }
        return try? metric.measure(rows, level: level)
    }

    /// What a look says: bad when the whole 99 % interval is below the bound, clean when the 95 % one is above it.
    ///
    /// A full window has all the rows that there will be: then the value itself decides whether the rest is clean, so that an alarm on a
    /// small slice can end.
    func reading(_ alert: WatchPlan.MetricAlert, _ rows: [TrafficRow], isFull: Bool) -> Reading {
        let labeled = rows.filter { $0.label != nil }
        guard labeled.count >= Self.fewest, let sure = estimate(alert.metric, labeled, level: Self.firingLevel),
            let usual = estimate(alert.metric, labeled, level: 0.95)
        else { return Reading(key: alert.key, outcome: .unclear, value: 0, bound: alert.bound, rows: labeled.count) }
        let isBad = sure.verdict(atLeast: alert.bound) == .fail
        let isClean = usual.verdict(atLeast: alert.bound) == .pass || (isFull && usual.value >= alert.bound)
        let outcome: Reading.Outcome = isBad ? .bad : isClean ? .clean : .unclear
        return Reading(key: alert.key, outcome: outcome, value: sure.value, bound: alert.bound, rows: labeled.count)
    }

    /// Whether the model was wrong; nil while the truth is not known.
    func isWrong(_ row: TrafficRow) -> Bool? {
        guard let label = row.label, let answer = row.output[answer.name] else { return nil }
        return Self.key(label) != Self.key(answer)
    }

    private func classes(_ rows: [TrafficRow]) -> ScoredRows? {
        var known: [String: Int] = [:]
        for choice in choices where known[Self.key(choice)] == nil { known[Self.key(choice)] = known.count }
        if choices.isEmpty { addFound(rows, to: &known) }
        // Any label may be told: what is none of the classes shares one, beside the one of answers that are none.
        let labels = rows.map { known[Self.key($0.label ?? .null)] ?? known.count }
        let predictions = zip(rows, labels).map { row, label in
            let key = Self.key(row.output[answer.name] ?? .null)
            if let index = known[key] { return index }
            return label == known.count && key == Self.key(row.label ?? .null) ? label : known.count + 1
        }
        let classes = max(known.count, (labels + predictions).max().map { $0 + 1 } ?? 0)
        let probabilities = rows.compactMap { row in answer.probabilities.flatMap { row.output[$0]?.arrayValue }?.compactMap(\.doubleValue)
        }
        if probabilities.count == rows.count, probabilities.allSatisfy({ $0.count == classes }),
            let scored = try? ScoredRows(
                labels: labels, predictions: predictions, probabilities: probabilities.flatMap { $0 }, classes: classes)
        {
            return scored
        }
        return try? ScoredRows(labels: labels, predictions: predictions, classes: classes)
    }

    /// Without choices the answers of the model and the labels are the classes, in this order, as far as the bound goes.
    private func addFound(_ rows: [TrafficRow], to known: inout [String: Int]) {
        for value in rows.compactMap({ $0.output[answer.name] }) + rows.compactMap(\.label) where known.count < Self.mostClasses {
            let key = Self.key(value)
            if known[key] == nil { known[key] = known.count }
        }
    }

    private func numbers(_ rows: [TrafficRow]) -> ScoredRows? {
        let targets = rows.compactMap { $0.label?.doubleValue }
        let values = rows.compactMap { $0.output[answer.name]?.doubleValue }
        return try? ScoredRows(targets: targets, values: values)
    }

    /// 8, 8.0 and "8" are one class: clients write labels in any of these ways.
    private static func key(_ value: JSONValue) -> String {
        if let whole = value.integerValue { return String(whole) }
        return value.stringValue ?? String(decoding: value.canonical, as: UTF8.self)
    }
}
