/// Multinomial logistic regression.
public struct SoftmaxRegression: Sendable, Equatable, Codable {
    /// How it is fitted.
    public struct Options: Sendable, Equatable, Codable {
        /// The penalty is l2 / 2 times the squared weights (the bias is free), beside the mean loss of the rows.
        ///
        /// scikit-learn's C is 1 / (l2 * rows).
        public var l2 = 0.01
        /// Whether features are brought to mean 0 and deviation 1 first.
        public var standardizes = true
        public var maximumIterations = 200
        public var gradientTolerance = 1e-6

        public init(l2: Double = 0.01, standardizes: Bool = true, maximumIterations: Int = 200, gradientTolerance: Double = 1e-6) {
            self.l2 = l2
            self.standardizes = standardizes
            self.maximumIterations = maximumIterations
            self.gradientTolerance = gradientTolerance
        }
    }

    /// Nil where the features are used as they are.
    public let standardization: Standardization?
    public let layer: DenseLayer
    /// The objective at the end, its penalty included.
    public let loss: Double
    public let iterations: Int
    public let isConverged: Bool

    /// The layer on raw features, with the standardisation folded in: what an exporter needs.
    public var folded: DenseLayer { standardization?.folded(into: layer) ?? layer }

    /// Rows x classes.
    public func probabilities(_ features: Matrix<Double>) -> Matrix<Double> {
        var scores = layer.applied(to: standardization?.applied(to: features) ?? features)
        let shape = (scores.rows, scores.columns)
        scores.elements.withUnsafeMutableBufferPointer { elements in
            if let base = elements.baseAddress { Softmax.apply(base, rows: shape.0, columns: shape.1) }
        }
        return scores
    }

    /// The most probable class of each row.
    public func predictions(_ features: Matrix<Double>) -> [Int] {
        probabilities(features).largestColumns
    }
}
