/// How often a class is labelled as another, known from gold items or several annotators; undone by inverting the matrix.
///
/// Where noise depends on the true class alone, the counts of (true class, prediction) are the inverse of the transposed matrix
/// times the counts of (label, prediction) (Rogan & Gladen 1978 for two classes; Natarajan et al. 2013, Patrini et al. 2017 for
/// more). Rates are ratios of sums over rows of the inverse's entries; the interval is the delta method's, so that it widens as the
/// matrix comes near to having no inverse. The matrix itself is taken as known.
public struct LabelNoise: Sendable, Equatable {
    public let classes: Int
    /// Row-major: the row is the true class, the column the label given.
    public let matrix: [Double]
    private let inverse: [Double]

    /// Rows are probabilities with sum 1 within 0.01; a matrix without an inverse is refused.
    public init(matrix: [Double], classes: Int) throws(MetricError) {
        let labels = Array(0..<max(classes, 0))
        _ = try ScoredRows(labels: labels, predictions: labels, probabilities: matrix, classes: classes)
        guard !matrix.isEmpty else { throw .needs("a matrix of \(classes) x \(classes) probabilities", metric: "label noise") }
        guard let inverse = Self.inverted(matrix, classes) else {
            throw .undefined(metric: "label noise", reason: "the noise matrix has no inverse: labels do not tell classes apart")
        }
        self.classes = classes
        self.matrix = matrix
        self.inverse = inverse
    }

    /// The share of right predictions.
    public func accuracy(_ observed: ConfusionMatrix, level: Double = 0.95) -> Estimate {
        ratio(observed, level: level, over: { _, _ in 1 }, hit: { self.weight(label: $0, truth: $1) })
    }

    /// The share of a class's rows that are predicted to be of it.
    public func recall(_ observed: ConfusionMatrix, of truth: Int, level: Double = 0.95) -> Estimate {
        ratio(
            observed, level: level, over: { label, _ in self.weight(label: label, truth: truth) },
            hit: { label, prediction in prediction == truth ? self.weight(label: label, truth: truth) : 0 })
    }

    /// The share of right ones among the rows predicted to be of a class.
    public func precision(_ observed: ConfusionMatrix, of truth: Int, level: Double = 0.95) -> Estimate {
        ratio(
            observed, level: level, over: { _, prediction in prediction == truth ? 1 : 0 },
            hit: { label, prediction in prediction == truth ? self.weight(label: label, truth: truth) : 0 })
    }

    /// How much a row with this label counts for a true class; the mean over labels given the true class is 1 for it and 0 for others.
    private func weight(label: Int, truth: Int) -> Double { inverse[label * classes + truth] }

    /// The ratio of sums with its linearised variance, sum (hit - value x over)^2 / (sum over)^2, cut to [0, 1].
    private func ratio(
        _ observed: ConfusionMatrix, level: Double, over: (_ label: Int, _ prediction: Int) -> Double,
        hit: (_ label: Int, _ prediction: Int) -> Double
    ) -> Estimate {
        let cells = (0..<classes).flatMap { label in (0..<classes).map { (label, $0) } }
        func sum(_ part: (Int, Int) -> Double) -> Double {
            cells.reduce(0) { $0 + Double(observed[label: $1.0, prediction: $1.1]) * part($1.0, $1.1) }
        }
        let total = sum(over)
        let count = observed.total
        guard total > 0 else { return Estimate(value: 0, interval: nil, count: count, method: "noise-inversion") }
        let value = sum(hit) / total
        let squares = sum { label, prediction in
            let deviation = hit(label, prediction) - value * over(label, prediction)
            return deviation * deviation
        }
        let shown = min(max(value, 0), 1)
        guard squares > 0 else {
            let interval = Proportion.wilson(share: shown, trials: total, level: level)
            return Estimate(value: shown, interval: interval, count: count, method: "wilson")
        }
        let half = NormalDistribution.criticalValue(level: level) * squares.squareRoot() / total
        let interval = ConfidenceInterval(
            lower: min(max(value - half, 0), 1), upper: min(max(value + half, 0), 1), level: level)
        return Estimate(value: shown, interval: interval, count: count, method: "noise-inversion")
    }

    /// Gauss and Jordan's elimination with partial pivoting; nil where a pivot vanishes.
    private static func inverted(_ matrix: [Double], _ size: Int) -> [Double]? {
        var left = matrix
        var right = [Double](repeating: 0, count: size * size)
        for row in 0..<size { right[row * size + row] = 1 }
        for column in 0..<size {
            guard let pivot = (column..<size).max(by: { abs(left[$0 * size + column]) < abs(left[$1 * size + column]) }),
                abs(left[pivot * size + column]) > 1e-9
            else { return nil }
            for place in 0..<size {
                left.swapAt(pivot * size + place, column * size + place)
                right.swapAt(pivot * size + place, column * size + place)
            }
            let scale = left[column * size + column]
            for place in 0..<size {
                left[column * size + place] /= scale
                right[column * size + place] /= scale
            }
            for row in 0..<size where row != column {
                let factor = left[row * size + column]
                for place in 0..<size {
                    left[row * size + place] -= factor * left[column * size + place]
                    right[row * size + place] -= factor * right[column * size + place]
                }
            }
        }
        return right
    }
}
