/// A share of the rows on one side of a classifier's decision for one class (fairlearn's names in brackets).
enum ClassRate: Sendable, Equatable {
    /// Right among the rows predicted to be of the class (positive predictive value).
    case precision
    /// Found among the rows of the class (true positive rate).
    case recall
    /// Taken for the class among the rows of other classes (false positive rate).
    case fallOut
    /// Predicted to be of the class among all rows (selection rate).
    case selection
    /// The harmonic mean of precision and recall.
    case f1

    /// The share in these counts; Jaccard's index J for F1 = 2J / (1 + J).
    func proportion(_ matrix: ConfusionMatrix, of label: Int) -> Proportion {
        switch self {
        case .precision: return matrix.precision(label)
        case .recall: return matrix.recall(label)
        case .f1: return matrix.overlap(label)
        case .selection: return Proportion(successes: matrix.predicted(label), trials: matrix.total)
        case .fallOut:
            let hits = matrix[label: label, prediction: label]
            return Proportion(successes: matrix.predicted(label) - hits, trials: matrix.total - matrix.support(label))
        }
    }

    /// The rate with Wilson's interval, carried through F1's increasing function of Jaccard's index.
    func estimate(_ matrix: ConfusionMatrix, of label: Int, level: Double) -> Estimate {
        let share = proportion(matrix, of: label).estimate(level: level)
        guard self == .f1 else { return share }
        return Estimate(
            value: matrix.f1(label), interval: share.interval?.mapped { 2 * $0 / (1 + $0) }, count: share.count, method: share.method)
    }

    /// Nil where no row counts for the rate.
    func value(_ matrix: ConfusionMatrix, of label: Int) -> Double? {
        guard proportion(matrix, of: label).trials > 0 else { return nil }
        return self == .f1 ? matrix.f1(label) : proportion(matrix, of: label).value
    }
}
