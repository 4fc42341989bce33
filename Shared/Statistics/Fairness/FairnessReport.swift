/// How far a metric differs between groups, as fairlearn's MetricFrame: the largest difference and the smallest ratio over pairs.
public struct FairnessReport: Sendable, Equatable, Codable {
    public let metric: String
    /// Rows below which a group is not compared, unless another number is asked for.
    public static let fewestRows = 30

    /// Every group, by name.
    public let groups: [GroupEstimate]
    /// Groups with fewer rows than were asked for, or on which the metric is not defined: they are shown and not compared.
    public let tooSmall: [String]
    /// The greatest value less the least.
    public let difference: Estimate
    /// The least value over the greatest; 1 where both are 0.
    public let ratio: Estimate
    /// The groups with the least and the greatest value; nil below two groups.
    public let least: String?
    public let greatest: String?

    /// Measures each group (rows with the same name) and compares all with at least `smallest` rows; where the labels are right with
    /// a confidence each, metrics that can be corrected for it are.
    ///
    /// Groups are independent samples: each pair's interval combines those of its groups (MOVER: Newcombe's hybrid score interval
    /// for the difference of proportions, 1998, method 10; Donner & Zou 2012 for the ratio) at level 1 - alpha / pairs (Bonferroni).
    /// When all pairs' intervals hold, the largest difference lies between the greatest lower and the greatest upper end of
    /// |difference|, and the smallest ratio likewise: both intervals hold at `level` at least, whichever pair is the worst.
    public init(
        _ metric: Metric, _ rows: ScoredRows, groups names: [String], confidences: [Double]? = nil, smallest: Int = fewestRows,
        level: Double = 0.95, seed: UInt64 = 0
    ) throws(MetricError) {
        guard names.count == rows.count else { throw .lengths(expected: rows.count, found: names.count, of: "groups") }
        guard confidences.map({ $0.count == rows.count }) ?? true else {
            throw .lengths(expected: rows.count, found: confidences?.count ?? 0, of: "confidences")
        }
        func measure(_ members: [Int], level: Double) throws(MetricError) -> Estimate {
            let part = try rows.picking(members)
            if let confidences, metric.isCorrectable,
                let corrected = try metric.measure(
                    UncertainLabels(part, confidences: members.map { confidences[$0] }), level: level, seed: seed)
            {
                return corrected
            }
            return try metric.measure(part, level: level, seed: seed)
        }
        let parts = Dictionary(grouping: names.indices, by: { names[$0] }).sorted { $0.key < $1.key }
        try metric.requireParts(of: rows)
        var shown: [GroupEstimate] = []
        var compared: [(group: String, members: [Int])] = []
        for (name, members) in parts {
            let estimate = try? measure(members, level: level)
            shown.append(GroupEstimate(group: name, count: members.count, estimate: estimate))
            if members.count >= smallest, estimate?.interval != nil { compared.append((name, members)) }
        }
        let pairs = max(1, compared.count * (compared.count - 1) / 2)
        var values: [Member] = []
        for (name, members) in compared {
            let estimate = try measure(members, level: 1 - (1 - level) / Double(pairs))
            if let interval = estimate.interval { values.append(Member(group: name, value: estimate.value, interval: interval)) }
        }
        self.init(metric: metric.name, shown: shown, values: values, level: level)
    }

    private init(metric: String, shown: [GroupEstimate], values: [Member], level: Double) {
        self.metric = metric
        groups = shown
        tooSmall = shown.map(\.group).filter { name in !values.contains { $0.group == name } }
        let low = values.min { $0.value < $1.value }
        let high = values.max { $0.value < $1.value }
        least = values.count > 1 ? low?.group : nil
        greatest = values.count > 1 ? high?.group : nil
        let count = shown.filter { group in values.contains { $0.group == group.group } }.reduce(0) { $0 + $1.count }
        let spread = (high?.value ?? 0) - (low?.value ?? 0)
        let share = (high?.value ?? 0) > 0 ? (low?.value ?? 0) / (high?.value ?? 1) : 1
        difference = Estimate(
            value: spread, interval: Self.largestDifference(values, level: level), count: count, method: "mover-bonferroni")
        ratio = Estimate(value: share, interval: Self.smallestRatio(values, level: level), count: count, method: "mover-bonferroni")
    }

    private struct Member {
        let group: String
        let value: Double
        let interval: ConfidenceInterval
    }

    private static func pairs(_ values: [Member]) -> [(first: Member, second: Member)] {
        values.indices.flatMap { first in values.indices.dropFirst(first + 1).map { (values[first], values[$0]) } }
    }

    private static func largestDifference(_ values: [Member], level: Double) -> ConfidenceInterval? {
        let intervals = pairs(values).map { pair in
            LinearCombination(terms: [(1, pair.second.value, pair.second.interval), (-1, pair.first.value, pair.first.interval)])
                .interval(level: level)
        }
        guard let lower = intervals.map({ max(0, $0.lower, -$0.upper) }).max(),
            let upper = intervals.map({ max(abs($0.lower), abs($0.upper)) }).max()
        else { return nil }
        return ConfidenceInterval(lower: lower, upper: upper, level: level)
    }

    /// For values that are not negative; nil where a value is.
    private static func smallestRatio(_ values: [Member], level: Double) -> ConfidenceInterval? {
        guard values.allSatisfy({ $0.value >= 0 && $0.interval.lower >= 0 }) else { return nil }
        let intervals = pairs(values).flatMap { [ratio($0.first, over: $0.second), ratio($0.second, over: $0.first)] }
        guard let lower = intervals.map(\.lower).min(), let upper = intervals.map(\.upper).min() else { return nil }
        return ConfidenceInterval(lower: min(1, lower), upper: min(1, upper), level: level)
    }

    /// Donner & Zou 2012, equation 9: the roots of the interval of the difference first - r x second at 0.
    private static func ratio(_ first: Member, over second: Member) -> (lower: Double, upper: Double) {
        let product = first.value * second.value
        let (l1, u1, l2, u2) = (first.interval.lower, first.interval.upper, second.interval.lower, second.interval.upper)
        let low = u2 * (2 * second.value - u2)
        let high = l2 * (2 * second.value - l2)
        let below = (product * product - l1 * (2 * first.value - l1) * low).squareRoot()
        let above = (product * product - u1 * (2 * first.value - u1) * high).squareRoot()
        // Where the divisor's interval is so wide that a root is gone, the box of both intervals stands in.
        let lower = low > 0 && below.isFinite ? (product - below) / low : u2 > 0 ? l1 / u2 : 0
        let upper = high > 0 && above.isFinite ? (product + above) / high : .infinity
        return (max(0, lower), upper)
    }
}
