/// Linear regression with a squared penalty on the weights (Hoerl & Kennard 1970); the intercept is free.
public struct RidgeRegression: Sendable, Equatable, Codable {
    public let weights: [Double]
    public let intercept: Double

    public init(weights: [Double], intercept: Double) {
        self.weights = weights
        self.intercept = intercept
    }

    /// Minimises the sum of squared errors plus `l2` times the squared weights (scikit-learn's alpha) by the normal equations.
    ///
    /// `weights` counts each row's squared error so many times; nil counts each once.
    public static func fit(
        features: Matrix<Double>, targets: [Double], weights: [Double]? = nil, l2: Double = 1
    ) throws(TrainingError) -> RidgeRegression {
        try check(features, targets, weights, l2: l2)
        let counts = weights ?? Array(repeating: 1, count: features.rows)
        let total = counts.reduce(0, +)
        let means = features.multiplied(by: counts.map { $0 / total }, transposingSelf: true)
        let targetMean = zip(targets, counts).reduce(0) { $0 + $1.0 * $1.1 } / total
        // Rows times the roots of their weights: the plain squared errors of these are the weighted ones of those.
        let roots = counts.map { $0.squareRoot() }
        var centred = features.addingToRows(-1, means)
        if weights != nil { centred.scaleRows(roots) }
        var gram = centred.multiplied(by: centred, transposingSelf: true)
        for column in 0..<gram.columns { gram[column, column] += l2 }
        let right = centred.multiplied(by: zip(targets, roots).map { ($0 - targetMean) * $1 }, transposingSelf: true)
        guard let found = Cholesky(gram)?.solve(right) else { throw .invalid(option: "l2", expected: "large enough for these features") }
        return RidgeRegression(weights: found, intercept: targetMean - Vector.dot(found, means))
    }

    private static func check(_ features: Matrix<Double>, _ targets: [Double], _ weights: [Double]?, l2: Double) throws(TrainingError) {
        guard features.rows > 0, features.columns > 0 else { throw .empty }
        guard targets.count == features.rows else { throw .lengths(expected: features.rows, found: targets.count, of: "targets") }
        guard l2 > 0, l2.isFinite else { throw .invalid(option: "l2", expected: "above 0") }
        if let row = features.firstRowNotFinite { throw .notFinite(row: row) }
        if let row = targets.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: row) }
        guard let weights else { return }
        guard weights.count == features.rows else { throw .lengths(expected: features.rows, found: weights.count, of: "weights") }
        guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.contains(where: { $0 > 0 }) else {
            throw .invalid(option: "weights", expected: "finite, not negative and not all 0")
        }
    }

    /// One number a row.
    public func predictions(_ features: Matrix<Double>) -> [Double] {
        features.multiplied(by: weights).map { $0 + intercept }
    }
}
