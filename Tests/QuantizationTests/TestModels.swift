import Foundation
import ONNX
import OnnxRuntime
import Statistics
import Tensors
import TestSupport

/// The engine's library, as `make deps` has put it.
func testRuntime() throws -> Runtime {
    let given = ProcessInfo.processInfo.environment["MESH_ONNXRUNTIME"]
    return try Runtime(libraryPath: given ?? Checkout.root.appending(path: ".mesh/lib/libonnxruntime.so").path)
}

/// Models with random weights, and rows for them.
struct TestModels {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func numbers(_ count: Int, _ size: Float = 1) -> [Float] {
        (0..<count).map { _ in Float.random(in: -size...size, using: &generator) }
    }

    mutating func layer(_ inputs: Int, _ outputs: Int) -> ONNXModel.Layer {
        ONNXModel.Layer(weights: numbers(inputs * outputs), bias: numbers(outputs), inputs: inputs)
    }

    /// Softmax regression for one size beside the input, a perceptron for more; `x` to `label` and `p`.
    mutating func classifier(_ sizes: [Int]) -> ONNXModel {
        let layers = zip(sizes, sizes.dropFirst()).map { layer($0, $1) }
        return ONNXModel.classifier(
            layers, classes: (0..<Int64(sizes[sizes.count - 1])).map { $0 }, input: "x", label: "label", probabilities: "p")
    }

    /// `x` of `[-1, 2, 8, 8]` to `y` of `[-1, 5]`: convolution, ReLU, pooling, a residual block, averages, a dense layer.
    mutating func convolutional() -> ONNXModel {
        var graph = GraphBuilder(name: "convolutional")
        graph.input("x", .float, shape: [-1, 2, 8, 8])
        graph.output("y", .float, shape: [-1, 5])
        convolution(&graph, "x", "c0", 2, 6)
        graph.node("Relu", ["c0"], to: ["r0"])
        graph.node(
            "MaxPool", ["r0"], to: ["p0"], attributes: ["kernel_shape": .integers([2, 2]), "strides": .integers([2, 2])])
        convolution(&graph, "p0", "c1", 6, 6)
        graph.node("Add", ["c1", "p0"], to: ["sum"])
        graph.node("Relu", ["sum"], to: ["r1"])
        graph.node("GlobalAveragePool", ["r1"], to: ["g"])
        graph.node("Flatten", ["g"], to: ["f"])
        let weights = graph.floats(numbers(30), shape: [5, 6])
        let bias = graph.floats(numbers(5), shape: [5])
        graph.node("Gemm", ["f", weights, bias], to: ["y"], integers: ["transB": 1])
        return graph.model()
    }

    mutating func convolution(_ graph: inout GraphBuilder, _ from: String, _ to: String, _ inputs: Int, _ outputs: Int) {
        let weights = graph.floats(numbers(outputs * inputs * 9, 0.5), shape: [outputs, inputs, 3, 3])
        let bias = graph.floats(numbers(outputs), shape: [outputs])
        graph.node("Conv", [from, weights, bias], to: [to], attributes: ["pads": .integers([1, 1, 1, 1])])
    }

    mutating func rows(_ shape: [Int], _ size: Float = 1) -> [Tensor] {
        [Tensor(name: "x", shape: shape, floats: numbers(shape.reduce(1, *), size))]
    }
}
