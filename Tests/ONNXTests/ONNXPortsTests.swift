import Foundation
import Testing

@testable import ONNX

@Suite("Ports without weights")
struct ONNXPortsTests {
    static func model() -> ONNXModel {
        var graph = GraphBuilder(name: "ports")
        graph.input("x", .float, shape: [-1, 4])
        graph.input("ids", .int64, shape: [-1, -1])
        graph.output("y", .float, shape: [-1, 2])
        graph.output("later")
        let weights = graph.floats([Float](repeating: 1, count: 8), shape: [4, 2])
        graph.node("MatMul", ["x", weights], to: ["y"])
        graph.node("Identity", ["ids"], to: ["later"])
        return graph.model()
    }

    @Test("they are those that the whole model has, in order")
    func same() throws {
        let model = Self.model()
        let ports = try #require(ONNXPorts(Data(try model.bytes())))

        #expect(ports.inputs.map(\.name) == model.inputs.map(\.name))
        #expect(ports.inputs.map(\.element) == [.float, .int64])
        #expect(ports.inputs.map(\.shape) == [[-1, 4], [-1, -1]])
        #expect(ports.outputs.map(\.name) == ["y", "later"])
        #expect(ports.outputs.map(\.isTyped) == [true, false])
        #expect(ports.outputs[0].shape == [-1, 2])
    }

    @Test("an input that the file has a value for is none")
    func constants() throws {
        var model = Self.model()
        var info = model.proto.graph.input[0]
        info.name = model.proto.graph.initializer[0].name
        model.proto.graph.input.append(info)

        #expect(ONNXPorts(Data(try model.bytes()))?.inputs.map(\.name) == ["x", "ids"])
    }

    @Test("a file that is cut off anywhere, or is something else, gives none or fewer, and never a fault")
    func broken() throws {
        let bytes = try Self.model().bytes()
        for length in 0..<bytes.count { _ = ONNXPorts(Data(bytes.prefix(length))) }
        #expect(ONNXPorts(Data()) == nil)
        #expect(ONNXPorts(Data("no model at all".utf8)) == nil)
        #expect(ONNXPorts(Data([UInt8](repeating: 0xff, count: 100))) == nil)
        // A length that lies: the graph is said to be longer than the file.
        #expect(ONNXPorts(Data([0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1])) == nil)
    }
}
