/// Linear regression with a squared penalty on the weights (Hoerl & Kennard 1970); the intercept is free.
public struct RidgeRegression: Sendable, Equatable, Codable {
    public let weights: [Double]
    public let intercept: Double

    public init(weights: [Double], intercept: Double) {
        self.weights = weights
        self.intercept = intercept
    }

    /// Minimises the sum of squared errors plus `l2` times the squared weights (scikit-learn's alpha) by the normal equations.
    public static func fit(features: Matrix<Double>, targets: [Double], l2: Double = 1) throws(TrainingError) -> RidgeRegression {
        guard features.rows > 0, features.columns > 0 else { throw .empty }
        guard targets.count == features.rows else { throw .lengths(expected: features.rows, found: targets.count, of: "targets") }
        guard l2 > 0, l2.isFinite else { throw .invalid(option: "l2", expected: "above 0") }
        if let index = features.elements.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: index / features.columns) }
        if let row = targets.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: row) }

        let means = Standardization(features).means
        let centred = Standardization(means: means, scales: means.map { _ in 1 }).applied(to: features)
        let targetMean = targets.reduce(0, +) / Double(targets.count)
        var gram = centred.multiplied(by: centred, transposingSelf: true)
        for column in 0..<gram.columns { gram[column, column] += l2 }
        let right = centred.multiplied(by: targets.map { $0 - targetMean }, transposingSelf: true)
        guard let weights = Cholesky(gram)?.solve(right) else { throw .invalid(option: "l2", expected: "large enough for these features") }
        return RidgeRegression(weights: weights, intercept: targetMean - Vector.dot(weights, means))
    }

    /// One number a row.
    public func predictions(_ features: Matrix<Double>) -> [Double] {
        features.multiplied(by: weights).map { $0 + intercept }
    }
}
