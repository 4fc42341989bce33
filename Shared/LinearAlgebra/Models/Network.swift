/// The layers of a perceptron while they are being fitted.
struct Network {
    var layers: [DenseLayer]

    init(layers: [DenseLayer]) {
        self.layers = layers
    }

    /// Start weights are uniform with variance 2 / inputs (He et al. 2015), biases 0.
    init(sizes: [Int], generator: inout InitializationGenerator) {
        layers = []
        for (inputs, outputs) in zip(sizes, sizes.dropFirst()) {
            let limit = (6 / Double(inputs)).squareRoot()
            let elements = (0..<inputs * outputs).map { _ in generator.uniform(within: limit) }
            layers.append(
                DenseLayer(
                    weights: Matrix(rows: inputs, columns: outputs, elements: elements),
                    bias: Array(repeating: 0, count: outputs)))
        }
    }

    /// The objective on these rows and its gradient, layer by layer, by back-propagation.
    func lossAndGradients(_ features: Matrix<Double>, labels: [Int], weights: [Double], l2: Double)
        -> (loss: Double, gradients: [DenseLayer])
    {
        let inputs = inputs(features)
        var delta = layers[layers.count - 1].applied(to: inputs[inputs.count - 1])
        let mean = 1 / Double(labels.count)
        let rowWeights = weights.map { $0 * mean }
        let classes = delta.columns
        var loss = delta.elements.withUnsafeMutableBufferPointer { elements in
            elements.baseAddress.map { Softmax.lossAndGradient($0, labels: labels, rowWeights: rowWeights, columns: classes) } ?? 0
        }
        var gradients: [DenseLayer] = []
        for index in layers.indices.reversed() {
            let layer = layers[index]
            var weights = inputs[index].multiplied(by: delta, transposingSelf: true)
            Vector.add(l2, layer.weights.elements, to: &weights.elements)
            loss += l2 / 2 * Vector.dot(layer.weights.elements, layer.weights.elements)
            let bias = delta.multiplied(by: Array(repeating: 1, count: delta.rows), transposingSelf: true)
            gradients.append(DenseLayer(weights: weights, bias: bias))
            guard index > 0 else { break }
            delta = delta.multiplied(by: layer.weights, transposingOther: true)
            delta.elements.clear(whereNotPositive: inputs[index].elements)
        }
        return (loss, gradients.reversed())
    }

    /// The weighted sum of -ln p(label) over these rows, without the penalty.
    func loss(_ features: Matrix<Double>, labels: [Int], weights: [Double]) -> Double {
        var scores = layers[layers.count - 1].applied(to: inputs(features)[layers.count - 1])
        let classes = scores.columns
        return scores.elements.withUnsafeMutableBufferPointer { elements in
            elements.baseAddress.map { Softmax.lossAndGradient($0, labels: labels, rowWeights: weights, columns: classes) } ?? 0
        }
    }

    /// What each layer is given.
    private func inputs(_ features: Matrix<Double>) -> [Matrix<Double>] {
        var inputs = [features]
        for layer in layers.dropLast() {
            var values = layer.applied(to: inputs[inputs.count - 1])
            values.elements.rectify()
            inputs.append(values)
        }
        return inputs
    }
}
