import Contracts
import Foundation
import ONNX

/// A model that gives each input `x` back as the output `x_out`.
public struct EchoModel: Sendable {
    public let name: String
    public let inputs: [Interface.Field]

    public init(name: String, inputs: [Interface.Field]) {
        self.name = name
        self.inputs = inputs
    }

    /// One input of each datatype that models take, named by it in lower case, rows of two elements.
    public static let types = EchoModel(
        name: "types",
        inputs: elements.keys.sorted().map { Interface.Field(name: $0.lowercased(), datatype: $0, shape: [-1, 2]) })

    public var outputs: [Interface.Field] {
        inputs.map { Interface.Field(name: $0.name + "_out", datatype: $0.datatype, shape: $0.shape) }
    }

    /// The model as an ONNX file.
    public func bytes() throws -> [UInt8] {
        var graph = GraphBuilder(name: name)
        for input in inputs {
            let element = Self.elements[input.datatype] ?? .float
            graph.input(input.name, element, shape: input.shape)
            graph.node("Identity", [input.name], to: [input.name + "_out"])
            graph.output(input.name + "_out", element, shape: input.shape)
        }
        return try graph.model().bytes()
    }

    /// A manifest that declares the model's tensors, and lets other teams in.
    public func manifest(team: String, callers: [String] = []) -> JSONValue {
        [
            "apiVersion": "mlmesh/v1", "kind": "Capability", "metadata": ["name": .string(name), "team": .string(team)],
            "access": ["callers": .array(callers.map { .string($0) })],
            "interface": ["inputs": .array(inputs.map(Self.declaration)), "outputs": .array(outputs.map(Self.declaration))],
            "data": ["dataset": .string(name), "split": ["by": "hash", "train": 0.6, "validation": 0.2, "test": 0.2]],
        ]
    }

    private static func declaration(_ field: Interface.Field) -> JSONValue {
        ["name": .string(field.name), "datatype": .string(field.datatype), "shape": .array(field.shape.map { .integer(Int64($0)) })]
    }

    private static let elements: [String: ONNXModel.ElementType] = [
        "BOOL": .bool, "UINT8": .uint8, "UINT16": .uint16, "UINT32": .uint32, "UINT64": .uint64, "INT8": .int8, "INT16": .int16,
        "INT32": .int32, "INT64": .int64, "FP16": .float16, "FP32": .float, "FP64": .double, "BYTES": .string,
    ]
}
