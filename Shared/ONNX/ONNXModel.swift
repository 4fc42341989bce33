import Foundation
import SwiftProtobuf

/// An ONNX model: read from bytes, or built by this module.
public struct ONNXModel: Sendable {
    /// A tensor that the model takes or gives.
    public struct Port: Sendable, Hashable {
        public let name: String
        public let element: ElementType
        /// -1 is a dimension that is not fixed.
        public let shape: [Int]
    }

    /// Types of elements, by the format's numbers.
    public enum ElementType: Int, Sendable {
        case float = 1
        case uint8 = 2
        case int8 = 3
        case uint16 = 4
        case int16 = 5
        case int32 = 6
        case int64 = 7
        case string = 8
        case bool = 9
        case float16 = 10
        case double = 11
        case uint32 = 12
        case uint64 = 13
        case bfloat16 = 16
    }

    var proto: Onnx_ModelProto

    init(proto: Onnx_ModelProto) {
        self.proto = proto
    }

    /// Reads a model. Throws ``ONNXFault`` when the bytes are no model.
    public init(bytes: [UInt8]) throws {
        let proto: Onnx_ModelProto
        do {
            proto = try Onnx_ModelProto(serializedBytes: bytes)
        } catch {
            throw ONNXFault("the bytes are not an ONNX model")
        }
        guard proto.hasGraph, !proto.graph.output.isEmpty, !proto.opsetImport.isEmpty else {
            throw ONNXFault("the bytes hold no graph with outputs and an operator set")
        }
        self.proto = proto
    }

    /// The model as a file's content. The same model gives the same bytes.
    public func bytes() throws -> [UInt8] {
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        return try proto.serializedBytes(options: options)
    }

    /// Inputs that a caller gives: those that are not constants of the graph.
    public var inputs: [Port] {
        let constants = Set(proto.graph.initializer.map(\.name))
        return proto.graph.input.filter { !constants.contains($0.name) }.compactMap(Port.init)
    }

    public var outputs: [Port] { proto.graph.output.compactMap(Port.init) }

    /// Version of the standard operator set.
    public var opset: Int { proto.opsetImport.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }.map { Int($0.version) } ?? 0 }

    public var producer: String { proto.producerName }

    /// How many nodes of each operator there are.
    public var operators: [String: Int] { proto.graph.node.reduce(into: [:]) { $0[$1.opType, default: 0] += 1 } }

    /// Facts that travel in the file.
    public var metadata: [String: String] {
        get { Dictionary(proto.metadataProps.map { ($0.key, $0.value) }) { first, _ in first } }
        set {
            proto.metadataProps = newValue.sorted { $0.key < $1.key }.map { key, value in
                var entry = Onnx_StringStringEntryProto()
                entry.key = key
                entry.value = value
                return entry
            }
        }
    }
}

/// Why something is not a model.
public struct ONNXFault: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

extension ONNXModel.Port {
    init?(_ info: Onnx_ValueInfoProto) {
        guard case .tensorType(let tensor)? = info.type.value, let element = ONNXModel.ElementType(rawValue: Int(tensor.elemType)) else {
            return nil
        }
        name = info.name
        self.element = element
        shape = tensor.shape.dim.map { dimension in
            if case .dimValue(let size)? = dimension.value { Int(size) } else { -1 }
        }
    }
}
