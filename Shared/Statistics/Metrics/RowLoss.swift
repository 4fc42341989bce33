import Foundation

/// A loss that is a sum over rows, so that resampling needs each row's part once.
enum RowLoss: Sendable, Equatable {
    /// -ln of the probability given to the label, which is taken as at least 1e-15.
    case logarithmic
    /// The sum over classes of squared differences (Brier 1950), between 0 and 2.
    case brier
    /// |value - target|.
    case absolute
    /// (value - target)^2, whose mean is shown as its square root.
    case rootSquare
    /// The loss of a quantile: q (target - value) where the target is above, (1 - q) (value - target) below (Koenker & Bassett 1978).
    case pinball(quantile: Double)

    var needsProbabilities: Bool { self == .logarithmic || self == .brier }

    /// The loss of each row.
    func values(_ rows: ScoredRows) -> [Double] { values(rows, labels: rows.labels) }

    /// The loss of each row, had it these labels.
    func values(_ rows: ScoredRows, labels: [Int]) -> [Double] {
        switch self {
        case .logarithmic:
            labels.indices.map { -log(max(rows.probabilities[$0 * rows.classes + labels[$0]], 1e-15)) }
        case .brier:
            labels.indices.map { row in
                (0..<rows.classes).reduce(0) { sum, column in
                    let difference = rows.probabilities[row * rows.classes + column] - (column == labels[row] ? 1 : 0)
                    return sum + difference * difference
                }
            }
        case .absolute:
            rows.targets.indices.map { abs(rows.values[$0] - rows.targets[$0]) }
        case .rootSquare:
            rows.targets.indices.map { (rows.values[$0] - rows.targets[$0]) * (rows.values[$0] - rows.targets[$0]) }
        case .pinball(let quantile):
            rows.targets.indices.map { row in
                let above = rows.targets[row] - rows.values[row]
                return above >= 0 ? quantile * above : (quantile - 1) * above
            }
        }
    }

    /// What is shown for a mean of row losses.
    func shown(_ mean: Double) -> Double {
        self == .rootSquare ? mean.squareRoot() : mean
    }
}
