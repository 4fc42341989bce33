import Contracts
import Foundation
import ONNX

/// Models of the capability `shapes` whose answers are those of one that is right, apart from what each was built to break.
enum BrokenModels {
    static let kinds = ["invariance", "directional", "examples", "latency", "size", "memory", "contract", "reproducible"]

    /// Scores x0, x1 and 0.5: the answer is 0 where x0 is largest, 1 where x1 is, else 2.
    static func right() throws -> [UInt8] { try graph { _, _ in "linear" } }

    static func broken(_ kind: String) throws -> [UInt8] {
        switch kind {
        // Off a grid of tenths it says 2.
        case "invariance":
            try graph { graph, present in
                let (ten, weights) = (graph.floats([10], shape: [1]), graph.floats([0, 0, 100, 0, 0, 100], shape: [2, 3]))
                graph.node("Mul", ["x", ten], to: ["tenths"])
                graph.node("Round", ["tenths"], to: ["grid"])
                graph.node("Sub", ["tenths", "grid"], to: ["off"])
                graph.node("Abs", ["off"], to: ["distance"])
                graph.node("MatMul", ["distance", weights], to: ["doubt"])
                graph.node("Add", [present, "doubt"], to: ["scores"])
                return "scores"
            }
        // Where x0 lies between 0.15 and 0.45, class 0 is less likely the more of x0 there is.
        case "directional": try graph { hump(&$0, $1, from: 0.15, to: 0.45, depth: -400) }
        // Wrong where x0 lies between 0.6 and 0.8, which no row has.
        case "examples": try graph { hump(&$0, $1, from: 0.6, to: 0.8, depth: -400) }
        // Two million sines for each row that add nothing.
        case "latency": try graph { slow(&$0, $1) }
        // Weights that no node reads: the engine does not load them.
        case "size":
            try graph { graph, present in
                _ = graph.floats(Array(repeating: 1, count: 250_000), shape: [250_000])
                return present
            }
        // A small file that spreads one number over four megabytes.
        case "memory": try graph { spread(&$0, $1) }
        // The mean of the batch goes into each of its rows.
        case "contract":
            try graph { graph, present in
                let weights = graph.floats([0, 0, 0, 0, 0, 0.05], shape: [2, 3])
                graph.node("ReduceMean", ["x"], to: ["mean"], attributes: ["axes": .integers([0]), "keepdims": .integer(1)])
                graph.node("MatMul", ["mean", weights], to: ["drift"])
                graph.node("Add", [present, "drift"], to: ["scores"])
                return "scores"
            }
        default:
            try graph { graph, present in
                graph.node("RandomNormalLike", [present], to: ["noise"], floats: ["scale": 1e-5])
                graph.node("Add", [present, "noise"], to: ["scores"])
                return "scores"
            }
        }
    }

    /// - Parameter change: gets the name of the scores, adds nodes, and gives the name of the scores that count.
    static func graph(_ change: (inout GraphBuilder, String) -> String) throws -> [UInt8] {
        var graph = GraphBuilder(name: "shapes")
        graph.input("x", .float, shape: [-1, 2])
        graph.output("label", .int64, shape: [-1])
        graph.output("probabilities", .float, shape: [-1, 3])
        let (weights, bias) = (graph.floats([8, 0, 0, 0, 8, 0], shape: [2, 3]), graph.floats([0, 0, 4], shape: [3]))
        graph.node("Gemm", ["x", weights, bias], to: ["linear"])
        let scores = change(&graph, "linear")
        graph.node("Softmax", [scores], to: ["probabilities"], integers: ["axis": -1])
        graph.node("ArgMax", ["probabilities"], to: ["label"], integers: ["axis": 1, "keepdims": 0])
        return try graph.model().bytes()
    }

    /// Adds `depth` times a tent over x0 to the score of class 0.
    private static func hump(_ graph: inout GraphBuilder, _ present: String, from low: Float, to high: Float, depth: Float) -> String {
        let first = graph.floats([1, 0], shape: [2, 1])
        let (bottom, top) = (graph.floats([low], shape: [1]), graph.floats([high], shape: [1]))
        let column = graph.floats([depth, 0, 0], shape: [1, 3])
        graph.node("MatMul", ["x", first], to: ["x0"])
        graph.node("Sub", ["x0", bottom], to: ["rise"])
        graph.node("Sub", [top, "x0"], to: ["fall"])
        graph.node("Min", ["rise", "fall"], to: ["tent"])
        graph.node("Relu", ["tent"], to: ["hump"])
        graph.node("MatMul", ["hump", column], to: ["dent"])
        graph.node("Add", [present, "dent"], to: ["scores"])
        return "scores"
    }

    private static func slow(_ graph: inout GraphBuilder, _ present: String) -> String {
        let width = 20_000
        let spread = graph.floats((0..<2 * width).map { Float($0 % 97) * 0.01 }, shape: [2, width])
        let none = graph.floats(Array(repeating: 0, count: width * 3), shape: [width, 3])
        graph.node("MatMul", ["x", spread], to: ["s0"])
        for layer in 1...100 { graph.node("Sin", ["s\(layer - 1)"], to: ["s\(layer)"]) }
        graph.node("MatMul", ["s100", none], to: ["nothing"])
        graph.node("Add", [present, "nothing"], to: ["scores"])
        return "scores"
    }

    private static func spread(_ graph: inout GraphBuilder, _ present: String) -> String {
        let (sum, none) = (graph.floats([1, 1], shape: [2, 1]), graph.floats([0], shape: [1]))
        let width = graph.integers([1, 1_000_000], shape: [2])
        graph.node("ReduceMean", ["x"], to: ["mean"], attributes: ["axes": .integers([0]), "keepdims": .integer(1)])
        graph.node("MatMul", ["mean", sum], to: ["one"])
        graph.node("Expand", ["one", width], to: ["million"])
        graph.node("ReduceMean", ["million"], to: ["back"], attributes: ["axes": .integers([1]), "keepdims": .integer(1)])
        graph.node("Mul", ["back", none], to: ["nothing"])
        graph.node("Add", [present, "nothing"], to: ["scores"])
        return "scores"
    }
}
