/// Each feature's mean and scale, found on the training rows.
public struct Standardization: Sendable, Equatable, Codable {
    public let means: [Double]
    /// The standard deviation over the rows (divisor n); 1 for a constant feature.
    public let scales: [Double]

    public init(means: [Double], scales: [Double]) {
        self.means = means
        self.scales = scales
    }

    public init(_ features: Matrix<Double>) {
        let rows = Double(max(features.rows, 1))
        let ones = [Double](repeating: 1 / rows, count: features.rows)
        let means = features.multiplied(by: ones, transposingSelf: true)
        var squares = [Double](repeating: 0, count: features.columns)
        for row in 0..<features.rows {
            for column in 0..<features.columns {
                let deviation = features.elements[row * features.columns + column] - means[column]
                squares[column] += deviation * deviation
            }
        }
        self.means = means
        scales = squares.map { square in
            let deviation = (square / rows).squareRoot()
            return deviation > 1e-12 ? deviation : 1
        }
    }

    /// (features - means) / scales.
    public func applied(to features: Matrix<Double>) -> Matrix<Double> {
        var result = features
        result.elements.withUnsafeMutableBufferPointer { elements in
            for row in 0..<features.rows {
                for column in 0..<features.columns {
                    let index = row * features.columns + column
                    elements[index] = (elements[index] - means[column]) / scales[column]
                }
            }
        }
        return result
    }

    /// The first layer that gives on raw features what `layer` gives on standardised ones.
    public func folded(into layer: DenseLayer) -> DenseLayer {
        var weights = layer.weights
        var bias = layer.bias
        for input in 0..<weights.rows {
            for output in 0..<weights.columns {
                weights[input, output] /= scales[input]
                bias[output] -= means[input] * weights[input, output]
            }
        }
        return DenseLayer(weights: weights, bias: bias)
    }
}
