extension ONNXModel {
    /// One dense layer: `weights` is row-major, inputs x outputs.
    public struct Layer: Sendable {
        public let weights: [Float]
        public let bias: [Float]
        public let inputs: Int
        public var outputs: Int { bias.count }

        public init(weights: [Float], bias: [Float], inputs: Int) {
            precondition(weights.count == inputs * bias.count, "a layer's weights are inputs x outputs")
            self.weights = weights
            self.bias = bias
            self.inputs = inputs
        }
    }

    /// A classifier of dense layers: ReLU between them, softmax after the last. One layer is softmax regression.
    ///
    /// - Parameters:
    ///   - input: FP32 `[-1, inputs of the first layer]`.
    ///   - classes: the label that each output of the last layer stands for.
    ///   - label, probabilities: INT64 `[-1]` and FP32 `[-1, classes]`.
    public static func classifier(
        _ layers: [Layer], classes: [Int64], input: String, label: String, probabilities: String
    ) -> ONNXModel {
        precondition(layers.last?.outputs == classes.count, "the last layer has an output for each class")
        var graph = GraphBuilder(name: layers.count == 1 ? "softmax-regression" : "multilayer-perceptron")
        graph.input(input, .float, shape: [-1, layers[0].inputs])
        graph.output(label, .int64, shape: [-1])
        graph.output(probabilities, .float, shape: [-1, classes.count])
        var present = input
        for (index, layer) in layers.enumerated() {
            let weights = graph.floats(layer.weights, shape: [layer.inputs, layer.outputs])
            let bias = graph.floats(layer.bias, shape: [layer.outputs])
            graph.node("Gemm", [present, weights, bias], to: ["linear_\(index)"])
            present = "linear_\(index)"
            if index < layers.count - 1 {
                graph.node("Relu", [present], to: ["hidden_\(index)"])
                present = "hidden_\(index)"
            }
        }
        graph.node("Softmax", [present], to: [probabilities], integers: ["axis": -1])
        graph.node("ArgMax", [probabilities], to: ["best"], integers: ["axis": 1, "keepdims": 0])
        let names = graph.integers(classes, shape: [classes.count])
        graph.node("Gather", [names, "best"], to: [label], integers: ["axis": 0])
        return graph.model()
    }
}
