import ONNX
import OnnxRuntime
import Tensors

/// Small models, each made to show one thing.
enum TestGraphs {
    /// `y` is `x`.
    static func echo(_ element: ONNXModel.ElementType, shape: [Int] = [-1]) throws -> [UInt8] {
        var graph = GraphBuilder(name: "echo")
        graph.input("x", element, shape: shape)
        graph.output("y", element, shape: shape)
        graph.node("Identity", ["x"], to: ["y"])
        return try graph.model().bytes()
    }

    /// `y` is `x` + 1, `sum` is the sum of each row.
    static func rowwise(width: Int) throws -> [UInt8] {
        var graph = GraphBuilder(name: "rowwise")
        graph.input("x", .float, shape: [-1, width])
        graph.output("y", .float, shape: [-1, width])
        graph.output("sum", .float, shape: [-1, 1])
        graph.node("Add", ["x", graph.floats([1], shape: [1])], to: ["y"])
        graph.node("ReduceSum", ["x", graph.integers([1], shape: [1])], to: ["sum"], integers: ["keepdims": 1])
        return try graph.model().bytes()
    }

    /// `total` is the sum over all rows: its first size looks variable, and is 1.
    static func summary() throws -> [UInt8] {
        var graph = GraphBuilder(name: "summary")
        graph.input("x", .float, shape: [-1, 2])
        graph.output("total", .float, shape: [-1, 2])
        graph.node("ReduceSum", ["x", graph.integers([0], shape: [1])], to: ["total"], integers: ["keepdims": 1])
        return try graph.model().bytes()
    }

    /// `p` is `x`, and `map` the same by class, as exporters of classifiers write it.
    static func mapped() throws -> [UInt8] {
        var graph = GraphBuilder(name: "mapped")
        graph.input("x", .float, shape: [-1, 2])
        graph.output("p", .float, shape: [-1, 2])
        graph.output("map")
        graph.node("Identity", ["x"], to: ["p"])
        graph.node("ZipMap", domain: "ai.onnx.ml", ["x"], to: ["map"], attributes: ["classlabels_int64s": .integers([3, 4])])
        return try graph.model().bytes()
    }

    /// Some hundred products of matrices, one after the other: about half a second of work in as many steps.
    static func long(steps: Int) throws -> [UInt8] {
        let width = 256
        var graph = GraphBuilder(name: "long")
        graph.input("x", .float, shape: [-1, width])
        graph.output("y", .float, shape: [-1, width])
        let weights = graph.floats((0..<(width * width)).map { $0 % (width + 1) == 0 ? 1 : 0 }, shape: [width, width])
        for step in 0..<steps {
            graph.node("MatMul", [step == 0 ? "x" : "h\(step)", weights], to: [step == steps - 1 ? "y" : "h\(step + 1)"])
        }
        return try graph.model().bytes()
    }
}
