import Foundation
import Tensors
import TestSupport
import Testing

@testable import ONNX
@testable import OnnxRuntime

/// The engine's library, as `make deps` has put it.
func testRuntime() throws -> Runtime {
    let given = ProcessInfo.processInfo.environment["MESH_ONNXRUNTIME"]
    return try Runtime(libraryPath: given ?? Checkout.root.appending(path: ".mesh/lib/libonnxruntime.so").path)
}

@Suite("ONNX models on the engine")
struct RuntimeTests {
    @Test("a perceptron gives what a reference computes")
    func perceptron() throws {
        var generator = SystemRandomNumberGenerator()
        func random(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &generator) } }
        let layers = [
            ONNXModel.Layer(weights: random(4 * 5), bias: random(5), inputs: 4),
            ONNXModel.Layer(weights: random(5 * 3), bias: random(3), inputs: 5),
        ]
        let model = ONNXModel.classifier(layers, classes: [7, 8, 9], input: "x", label: "label", probabilities: "p")
        let session = try Session(runtime: try testRuntime(), model: try model.bytes())
        let rows = random(6 * 4)

        let outputs = try session.run([Tensor(name: "x", shape: [6, 4], floats: rows)], outputs: ["p", "label"])

        let expected = (0..<6).map { row in reference(Array(rows[(row * 4)..<(row * 4 + 4)]), layers) }
        let probabilities = outputs[0].elements(as: Float.self)
        #expect(zip(probabilities, expected.flatMap { $0 }).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(outputs[1].elements(as: Int64.self) == expected.map { Int64(7 + $0.firstIndex(of: $0.max()!)!) })
        #expect(session.inputs == [Session.Port(name: "x", datatype: .fp32, shape: [-1, 4], symbols: ["batch", nil])])
        #expect(Set(session.outputs.map(\.name)) == ["label", "p"])
    }

    private func reference(_ input: [Float], _ layers: [ONNXModel.Layer]) -> [Float] {
        var present = input
        for (index, layer) in layers.enumerated() {
            present = (0..<layer.outputs).map { output in
                let sum = (0..<layer.inputs).reduce(layer.bias[output]) { $0 + present[$1] * layer.weights[$1 * layer.outputs + output] }
                return index < layers.count - 1 ? max(0, sum) : sum
            }
        }
        let total = present.reduce(0) { $0 + exp($1) }
        return present.map { exp($0) / total }
    }

    @Test("texts go through the engine and come back")
    func texts() throws {
        var graph = GraphBuilder(name: "echo")
        graph.input("in", .string, shape: [-1])
        graph.output("out", .string, shape: [-1])
        graph.node("Identity", ["in"], to: ["out"])
        let session = try Session(runtime: try testRuntime(), model: try graph.model().bytes())
        let words = ["é😀", "", "b"].map { Array($0.utf8) }

        let outputs = try session.run([Tensor(name: "in", shape: [3], strings: words)])

        #expect(outputs[0].strings == words)
    }

    @Test("garbage, a missing input and a wrong shape are errors in the engine's words, not crashes")
    func errors() throws {
        let runtime = try testRuntime()
        let garbage = #expect(throws: EngineError.self) { try Session(runtime: runtime, model: Array("not a model".utf8)) }
        #expect(garbage?.kind == .model)
        let layer = ONNXModel.Layer(weights: [1, 0], bias: [0, 0], inputs: 1)
        let model = ONNXModel.classifier([layer], classes: [0, 1], input: "x", label: "l", probabilities: "p")
        let session = try Session(runtime: runtime, model: try model.bytes())
        let shape = #expect(throws: EngineError.self) { try session.run([Tensor(name: "x", shape: [1, 2], floats: [1, 2])]) }
        #expect(shape?.kind == .input)
        #expect(throws: EngineError.self) { try session.run([Tensor(name: "other", shape: [1, 1], floats: [1])]) }
        #expect(throws: EngineError.self) { try Runtime(libraryPath: "/nowhere/lib.so") }
    }

    @Test("many threads run one session and each gets its own answer")
    func concurrency() async throws {
        let layer = ONNXModel.Layer(weights: [1, -1], bias: [0, 0], inputs: 1)
        let model = ONNXModel.classifier([layer], classes: [1, -1], input: "x", label: "l", probabilities: "p")
        let session = try Session(runtime: try testRuntime(), model: try model.bytes())
        let right = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 1...400 {
                group.addTask {
                    let sign: Float = number.isMultiple(of: 2) ? 1 : -1
                    let answer = try session.run([Tensor(name: "x", shape: [1, 1], floats: [sign])], outputs: ["l"])
                    return answer[0].elements(as: Int64.self) == [Int64(sign)]
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(right == 400)
    }

    @Test("a model is read back as it was written")
    func inspect() throws {
        let layer = ONNXModel.Layer(weights: [1, -1], bias: [0, 0], inputs: 1)
        var model = ONNXModel.classifier([layer], classes: [1, -1], input: "x", label: "l", probabilities: "p")
        model.metadata = ["run": "r1"]
        let again = try ONNXModel(bytes: try model.bytes())

        #expect(again.inputs == [ONNXModel.Port(name: "x", element: .float, shape: [-1, 1])])
        #expect(again.outputs.map(\.name) == ["l", "p"])
        #expect(again.opset == 17)
        #expect(again.metadata == ["run": "r1"])
        #expect(again.operators["Gemm"] == 1)
        #expect(try again.bytes() == model.bytes())
        #expect(throws: ONNXFault.self) { try ONNXModel(bytes: [1, 2, 3]) }
    }
}
