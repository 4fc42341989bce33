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

    var needsProbabilities: Bool { self == .logarithmic || self == .brier }

    /// The loss of each row.
    func values(_ rows: ScoredRows) -> [Double] {
        switch self {
        case .logarithmic:
            rows.labels.indices.map { -log(max(rows.probabilities[$0 * rows.classes + rows.labels[$0]], 1e-15)) }
        case .brier:
            rows.labels.indices.map { row in
                (0..<rows.classes).reduce(0) { sum, column in
                    let difference = rows.probabilities[row * rows.classes + column] - (column == rows.labels[row] ? 1 : 0)
                    return sum + difference * difference
                }
            }
        case .absolute:
            rows.targets.indices.map { abs(rows.values[$0] - rows.targets[$0]) }
        case .rootSquare:
            rows.targets.indices.map { (rows.values[$0] - rows.targets[$0]) * (rows.values[$0] - rows.targets[$0]) }
        }
    }

    /// What is shown for a mean of row losses.
    func shown(_ mean: Double) -> Double {
        self == .rootSquare ? mean.squareRoot() : mean
    }
}
