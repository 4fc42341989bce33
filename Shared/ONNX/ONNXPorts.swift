import Foundation
import SwiftProtobuf

/// What a model takes and gives, read from its file without its weights: they are passed over, however large.
public struct ONNXPorts: Sendable, Hashable {
    /// A port that a caller sees.
    public struct Port: Sendable, Hashable {
        public let name: String
        /// Nil for what is no tensor, as a map.
        public let element: ONNXModel.ElementType?
        /// -1 is a dimension that is not fixed; nil where the file does not say how many there are.
        public let shape: [Int]?
        /// Whether the file says what it is; else that follows from the nodes.
        public let isTyped: Bool
    }

    /// Without those that the file itself has a value for.
    public let inputs: [Port]
    public let outputs: [Port]

    /// Reads the ports from a file's content; nil when it is no model.
    public init?(_ content: Data) {
        guard let graph = Self.graph(content) else { return nil }
        var fields = WireFields(graph)
        var inputs: [Port] = []
        var outputs: [Port] = []
        var constants: Set<String> = []
        while let field = fields.next() {
            switch field.number {
            case 5: Self.name(of: field.content, field: 8).map { _ = constants.insert($0) }
            case 11: Self.port(field.content).map { inputs.append($0) }
            case 12: Self.port(field.content).map { outputs.append($0) }
            default: break
            }
        }
        guard fields.isComplete, !outputs.isEmpty else { return nil }
        self.inputs = inputs.filter { !constants.contains($0.name) }
        self.outputs = outputs
    }

    /// `ModelProto.graph`.
    private static func graph(_ content: Data) -> Data? {
        var fields = WireFields(content)
        var graph: Data?
        while let field = fields.next() {
            if field.number == 7 { graph = field.content }
        }
        return graph
    }

    private static func name(of message: Data, field number: Int) -> String? {
        var fields = WireFields(message)
        while let field = fields.next() {
            if field.number == number { return String(decoding: field.content, as: UTF8.self) }
        }
        return nil
    }

    private static func port(_ message: Data) -> Port? {
        guard let info = try? Onnx_ValueInfoProto(serializedBytes: message) else { return nil }
        guard case .tensorType(let tensor)? = info.type.value, let element = ONNXModel.ElementType(rawValue: Int(tensor.elemType)) else {
            return Port(name: info.name, element: nil, shape: nil, isTyped: info.hasType)
        }
        let shape = tensor.shape.dim.map { dimension in
            if case .dimValue(let size)? = dimension.value { Int(size) } else { -1 }
        }
        return Port(name: info.name, element: element, shape: tensor.hasShape ? shape : nil, isTyped: true)
    }
}
