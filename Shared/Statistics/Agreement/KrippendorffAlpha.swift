/// Krippendorff's alpha (2011, "Computing Krippendorff's Alpha-Reliability"): 1 is full agreement, 0 what chance would give.
///
/// Any number of annotators, missing answers allowed: a unit is the list of the answers it got; units with fewer than two
/// answers do not count.
public struct KrippendorffAlpha: Sendable {
    private struct Unit {
        /// (answer, how often).
        let counts: [(value: Int, count: Double)]
        /// (cell of the coincidence matrix, its part).
        let coincidences: [(cell: Int, part: Double)]
    }

    private let scale: MeasurementScale
    private let values: [Double]
    private let units: [Unit]

    public init(units: [[Double]], scale: MeasurementScale) {
        self.scale = scale
        let pairable = units.filter { $0.count > 1 }
        let values = Set(pairable.joined()).sorted()
        let index = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
        self.values = values
        self.units = pairable.map { Self.unit($0.compactMap { index[$0] }, categories: values.count) }
    }

    /// Alpha of names.
    public init(nominal units: [[String]]) {
        let names = Set(units.joined()).sorted()
        let index = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Double($0)) })
        self.init(units: units.map { $0.compactMap { index[$0] } }, scale: .nominal)
    }

    private static func unit(_ answers: [Int], categories: Int) -> Unit {
        var counts: [Int: Double] = [:]
        for answer in answers { counts[answer, default: 0] += 1 }
        let sorted = counts.sorted { $0.key < $1.key }
        var coincidences: [(cell: Int, part: Double)] = []
        for (first, firstCount) in sorted {
            for (second, secondCount) in sorted {
                let pairs = firstCount * (first == second ? secondCount - 1 : secondCount)
                if pairs > 0 { coincidences.append((first * categories + second, pairs / Double(answers.count - 1))) }
            }
        }
        return Unit(counts: sorted.map { (value: $0.key, count: $0.value) }, coincidences: coincidences)
    }

    /// How many units have at least two answers.
    public var unitCount: Int { units.count }

    /// Alpha; nil where there is no pair of answers or every answer is the same.
    public var value: Double? { alpha(Array(units.indices)) }

    /// Alpha with an interval from resampled units.
    public func estimate(_ bootstrap: Bootstrap) -> Estimate? {
        bootstrap.percentile(count: units.count, statistic: alpha)
    }

    private func alpha(_ rows: [Int]) -> Double? {
        var totals = [Double](repeating: 0, count: values.count)
        var coincidences = [Double](repeating: 0, count: values.count * values.count)
        for row in rows {
            for (value, count) in units[row].counts { totals[value] += count }
            for (cell, part) in units[row].coincidences { coincidences[cell] += part }
        }
        let count = totals.reduce(0, +)
        guard count > 1 else { return nil }
        let cumulative = totals.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
        var observed = 0.0
        var expected = 0.0
        for first in values.indices {
            for second in values.indices where second != first {
                let distance = squaredDistance(first, second, totals: totals, cumulative: cumulative)
                observed += coincidences[first * values.count + second] * distance
                expected += totals[first] * totals[second] * distance
            }
        }
        return expected > 0 ? 1 - (count - 1) * observed / expected : nil
    }

    private func squaredDistance(_ first: Int, _ second: Int, totals: [Double], cumulative: [Double]) -> Double {
        switch scale {
        case .nominal: return 1
        case .ordinal:
            let low = min(first, second)
            let high = max(first, second)
            let between = cumulative[high + 1] - cumulative[low] - (totals[low] + totals[high]) / 2
            return between * between
        case .interval: return (values[first] - values[second]) * (values[first] - values[second])
        case .ratio:
            let sum = values[first] + values[second]
            let share = sum == 0 ? 0 : (values[first] - values[second]) / sum
            return share * share
        }
    }
}
