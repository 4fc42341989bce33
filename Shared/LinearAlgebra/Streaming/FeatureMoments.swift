/// Each feature's count, mean and sum of squared deviations, mergeable block by block (Chan, Golub & LeVeque 1983).
struct FeatureMoments {
    private(set) var rows = 0
    private(set) var means: [Double]
    private(set) var squares: [Double]

    init(columns: Int) {
        means = Array(repeating: 0, count: columns)
        squares = means
    }

    init(_ features: Matrix<Double>) {
        self.init(columns: features.columns)
        add(features)
    }

    mutating func add(_ features: Matrix<Double>) {
        guard features.rows > 0 else { return }
        let block = Self.moments(features)
        let total = Double(rows + features.rows)
        let share = Double(features.rows) / total
        for column in means.indices {
            let delta = block.means[column] - means[column]
            means[column] += delta * share
            squares[column] += block.squares[column] + delta * delta * Double(rows) * share
        }
        rows += features.rows
    }

    /// The standard deviation over the rows (divisor n); 0 for a constant feature.
    var deviations: [Double] {
        squares.map { square in
            let deviation = (square / Double(max(rows, 1))).squareRoot()
            return deviation > 1e-12 ? deviation : 0
        }
    }

    /// The mean over the features of their variances (divisor n).
    var meanVariance: Double {
        squares.reduce(0, +) / Double(max(rows, 1)) / Double(max(squares.count, 1))
    }

    /// A constant feature is divided by 1.
    var standardization: Standardization {
        Standardization(means: means, scales: deviations.map { $0 > 0 ? $0 : 1 })
    }

    private static func moments(_ features: Matrix<Double>) -> (means: [Double], squares: [Double]) {
        let weights = [Double](repeating: 1 / Double(features.rows), count: features.rows)
        let means = features.multiplied(by: weights, transposingSelf: true)
        var squares = [Double](repeating: 0, count: features.columns)
        squares.withUnsafeMutableBufferPointer { squares in
            features.elements.withUnsafeBufferPointer { elements in
                means.withUnsafeBufferPointer { means in
                    for row in 0..<features.rows {
                        for column in means.indices {
                            let deviation = elements[row * means.count + column] - means[column]
                            squares[column] += deviation * deviation
                        }
                    }
                }
            }
        }
        return (means, squares)
    }
}
