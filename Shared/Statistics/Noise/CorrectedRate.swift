import Foundation

/// A rate of one class, corrected for uncertain labels: a ratio of sums that are linear in each row's weight for the class.
struct CorrectedRate {
    /// Within 0 ... 1.
    let value: Double
    /// The ratio itself, which labels that are better than their confidence take beyond 1.
    let raw: Double
    /// The sum over which the rate is taken.
    let total: Double
    /// Each row's part in the rate's deviation: (over - value x under) / total.
    let influence: [Double]
    /// The part of the squared standard error that comes from the labels.
    let labelVariance: Double
    /// How many trials a unit of `total` is worth; below 1 for F1.
    let worth: Double

    /// One side of the ratio: `weighted` x the row's weight + `plain`.
    typealias Side = (weighted: Double, plain: Double)

    /// The rate of a class (right predictions among all, where it is nil); nil where nothing counts for it.
    init?(_ labels: UncertainLabels, _ rate: ClassRate?, of label: Int) {
        let count = labels.count
        var over = [Double](repeating: 0, count: count)
        var under = over
        var slopes: [(over: Double, under: Double)] = []
        slopes.reserveCapacity(count)
        var sums = (over: 0.0, under: 0.0)
        for row in 0..<count {
            let side = Self.sides(rate, isPredicted: labels.rows.predictions[row] == label)
            let weight = labels.weight(row, rate == nil ? labels.rows.predictions[row] : label)
            over[row] = side.over.weighted * weight + side.over.plain
            under[row] = side.under.weighted * weight + side.under.plain
            slopes.append((side.over.weighted, side.under.weighted))
            sums.over += over[row]
            sums.under += under[row]
        }
        guard sums.under > 0 else { return nil }
        let (value, total) = (sums.over / sums.under, sums.under)
        self.value = min(max(value, 0), 1)
        raw = value
        self.total = total
        influence = (0..<count).map { (over[$0] - value * under[$0]) / total }
        let shown = self.value
        labelVariance =
            (0..<count).reduce(0) { sum, row in
                let slope = slopes[row].over - shown * slopes[row].under
                return sum + slope * slope * labels.variance(row, rate == nil ? labels.rows.predictions[row] : label)
            } / (total * total)
        worth = rate == .f1 ? 1 / (2 - shown) : 1
    }

    /// The score interval: (value - p)^2 <= z^2 (p (1 - p) / trials + label variance), which is Wilson's where labels are certain.
    func interval(level: Double) -> ConfidenceInterval {
        let z = NormalDistribution.criticalValue(level: level)
        let spread = z * z / (total * worth)
        let centre = (2 * value + spread) / (2 * (1 + spread))
        let product = (value * value - z * z * labelVariance) / (1 + spread)
        let half = max(0, centre * centre - product).squareRoot()
        return ConfidenceInterval(lower: max(0, centre - half), upper: min(1, centre + half), level: level)
    }

    /// What counts above and below the line, by whether the row is predicted to be of the class.
    private static func sides(_ rate: ClassRate?, isPredicted: Bool) -> (over: Side, under: Side) {
        let predicted = isPredicted ? 1.0 : 0
        switch rate {
        case nil: return ((1, 0), (0, 1))
        case .recall: return ((predicted, 0), (1, 0))
        case .precision: return ((predicted, 0), (0, predicted))
        case .f1: return ((2 * predicted, 0), (1, predicted))
        case .selection: return ((0, predicted), (0, 1))
        case .fallOut: return ((-predicted, predicted), (-1, 1))
        }
    }
}
