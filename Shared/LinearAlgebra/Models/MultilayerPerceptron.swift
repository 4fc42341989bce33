/// A classifier with hidden layers of rectified linear units and a softmax at the end.
public struct MultilayerPerceptron: Sendable, Equatable, Codable {
    /// How it is fitted.
    public struct Options: Sendable, Equatable, Codable {
        /// Units of each hidden layer, the first layer first.
        public var hidden = [64]
        /// The penalty is l2 / 2 times the squared weights (biases are free), beside the mean loss of the rows.
        public var l2 = 1e-4
        public var learningRate = 1e-3
        public var batchSize = 64
        public var epochs = 30
        public var standardizes = true
        public var seed: UInt64 = 0

        public init(
            hidden: [Int] = [64], l2: Double = 1e-4, learningRate: Double = 1e-3, batchSize: Int = 64, epochs: Int = 30, seed: UInt64 = 0
        ) {
            self.hidden = hidden
            self.l2 = l2
            self.learningRate = learningRate
            self.batchSize = batchSize
            self.epochs = epochs
            self.seed = seed
        }

        func check() throws(TrainingError) {
            guard hidden.allSatisfy({ $0 > 0 }) else { throw .invalid(option: "hidden", expected: "sizes above 0") }
            guard l2 >= 0, l2.isFinite else { throw .invalid(option: "l2", expected: "at least 0") }
            guard learningRate > 0, learningRate.isFinite else { throw .invalid(option: "learningRate", expected: "above 0") }
            guard batchSize > 0 else { throw .invalid(option: "batchSize", expected: "above 0") }
            guard epochs > 0 else { throw .invalid(option: "epochs", expected: "above 0") }
        }
    }

    /// Nil where the features are used as they are.
    public let standardization: Standardization?
    public let layers: [DenseLayer]
    /// The mean objective over the last epoch's batches.
    public let loss: Double

    /// The layers on raw features, with the standardisation folded into the first: what an exporter needs.
    public var folded: [DenseLayer] {
        guard let standardization, let first = layers.first else { return layers }
        return [standardization.folded(into: first)] + layers.dropFirst()
    }

    /// Rows x classes.
    public func probabilities(_ features: Matrix<Double>) -> Matrix<Double> {
        var values = standardization?.applied(to: features) ?? features
        for (index, layer) in layers.enumerated() {
            values = layer.applied(to: values)
            if index < layers.count - 1 { values.elements.rectify() }
        }
        let shape = (values.rows, values.columns)
        values.elements.withUnsafeMutableBufferPointer { elements in
            if let base = elements.baseAddress { Softmax.apply(base, rows: shape.0, columns: shape.1) }
        }
        return values
    }

    /// The most probable class of each row.
    public func predictions(_ features: Matrix<Double>) -> [Int] {
        probabilities(features).largestColumns
    }
}
