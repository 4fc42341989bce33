import Foundation

/// Spearman's rank correlation: Pearson's of mid-ranks (Spearman 1904).
public struct RankCorrelation: Sendable, Equatable {
    /// Pairs below which there is no interval.
    public static let fewest = 4

    public let value: Double
    public let count: Int

    /// Nil where the sides have different lengths or one of them is the same throughout.
    public init?(_ first: [Double], _ second: [Double]) {
        guard first.count == second.count, first.count > 1 else { return nil }
        let (x, y) = (Self.ranks(first), Self.ranks(second))
        let centre = Double(first.count + 1) / 2
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for row in x.indices {
            let (a, b) = (x[row] - centre, y[row] - centre)
            xx += a * a
            yy += b * b
            xy += a * b
        }
        guard xx > 0, yy > 0 else { return nil }
        value = min(max(xy / (xx * yy).squareRoot(), -1), 1)
        count = first.count
    }

    /// The interval on Fisher's scale with the variance (1 + r^2 / 2) / (n - 3) (Bonett & Wright 2000); none below four pairs.
    public func estimate(level: Double = 0.95) -> Estimate {
        guard count >= Self.fewest else { return Estimate(value: value, interval: nil, count: count, method: "bonett-wright") }
        let half = NormalDistribution.criticalValue(level: level) * ((1 + value * value / 2) / Double(count - 3)).squareRoot()
        // At an end Fisher's scale is without bounds: half a pair of ranks out of order stands in.
        let nearest = 1 - 6 / (Double(count) * (Double(count) * Double(count) - 1))
        let centre = atanh(min(max(value, -nearest), nearest))
        let interval = ConfidenceInterval(
            lower: value <= -1 ? -1 : tanh(centre - half), upper: value >= 1 ? 1 : tanh(centre + half), level: level)
        return Estimate(value: value, interval: interval, count: count, method: "bonett-wright")
    }

    private static func ranks(_ values: [Double]) -> [Double] {
        let order = RankOrder.ascending(values)
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for row in order[start..<end] { ranks[row] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }
}
