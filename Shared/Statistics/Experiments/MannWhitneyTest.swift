/// Whether one sample tends to be larger, by ranks (Mann & Whitney 1947), and by how much (Hodges & Lehmann 1963).
public struct MannWhitneyTest: Sendable, Equatable, Codable {
    /// How often a treatment value exceeds a control value; ties count half.
    public let statistic: Double
    /// Two-sided, by the normal approximation with tie and continuity correction.
    public let pValue: Double
    /// The median of all differences treatment minus control, with its rank interval.
    public let shift: Estimate

    /// More differences than this are thinned: each sample is then represented by evenly spaced order statistics.
    private static let largestPart = 1_000

    /// Nil where a sample is empty or holds a number that is not finite.
    public init?(control: [Double], treatment: [Double], level: Double = 0.95) {
        guard !control.isEmpty, !treatment.isEmpty, (control + treatment).allSatisfy(\.isFinite) else { return nil }
        let ranks = Self.rankSum(treatment, with: control)
        let n = Double(treatment.count)
        let m = Double(control.count)
        let all = n + m
        statistic = ranks.sum - n * (n + 1) / 2
        let variance = n * m / 12 * (all + 1 - ranks.ties / (all * max(all - 1, 1)))
        let distance = max(0, abs(statistic - n * m / 2) - 0.5)
        pValue = variance > 0 ? min(1, 2 * NormalDistribution().upperTail(distance / variance.squareRoot())) : 1

        let first = Self.thinned(control)
        let second = Self.thinned(treatment)
        let differences = second.flatMap { value in first.map { value - $0 } }.sorted()
        // The rank of the lower end, as a share of all differences, so that thinned samples keep the width of the full ones.
        let share = 0.5 - NormalDistribution.criticalValue(level: level) * ((all + 1) / (12 * n * m)).squareRoot()
        let interval =
            share > 0
            ? ConfidenceInterval(lower: Quantile.of(differences, share), upper: Quantile.of(differences, 1 - share), level: level) : nil
        shift = Estimate(
            value: Quantile.of(differences, 0.5), interval: interval, count: control.count + treatment.count,
            method: "hodges-lehmann")
    }

    /// The sum of the ranks of `sample` among both, and the sum of t^3 - t over ties.
    private static func rankSum(_ sample: [Double], with other: [Double]) -> (sum: Double, ties: Double) {
        let joined = (sample.map { (value: $0, isOurs: true) } + other.map { (value: $0, isOurs: false) }).sorted { $0.value < $1.value }
        var sum = 0.0
        var ties = 0.0
        var start = 0
        while start < joined.count {
            var end = start
            var ours = 0
            while end < joined.count, joined[end].value == joined[start].value {
                ours += joined[end].isOurs ? 1 : 0
                end += 1
            }
            let size = Double(end - start)
            sum += Double(ours) * (Double(start) + (size + 1) / 2)
            ties += size * size * size - size
            start = end
        }
        return (sum, ties)
    }

    private static func thinned(_ sample: [Double]) -> [Double] {
        let sorted = sample.sorted()
        guard sorted.count > largestPart else { return sorted }
        return (0..<largestPart).map { Quantile.of(sorted, (Double($0) + 0.5) / Double(largestPart)) }
    }
}
