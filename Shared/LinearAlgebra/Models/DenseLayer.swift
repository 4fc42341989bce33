/// inputs * weights + bias.
public struct DenseLayer: Sendable, Equatable, Codable {
    /// inputs x outputs.
    public var weights: Matrix<Double>
    public var bias: [Double]

    public init(weights: Matrix<Double>, bias: [Double]) {
        self.weights = weights
        self.bias = bias
    }

    /// The outputs of each row.
    public func applied(to inputs: Matrix<Double>) -> Matrix<Double> {
        var result = inputs.multiplied(by: weights)
        result.elements.withUnsafeMutableBufferPointer { elements in
            for row in 0..<inputs.rows {
                for column in bias.indices { elements[row * bias.count + column] += bias[column] }
            }
        }
        return result
    }
}
