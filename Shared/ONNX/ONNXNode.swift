import Foundation

/// One operation of a graph, as the file has it.
public struct ONNXNode: Sendable {
    /// Name of the operator, as "Gemm".
    public let operation: String
    /// Domain of the operator; empty for the standard ones, "ai.onnx.ml" for classical models.
    public let domain: String
    /// Names of what it reads; an empty one stands for an optional input that is not given.
    public let inputs: [String]
    public let outputs: [String]
    private let attributes: [String: Onnx_AttributeProto]

    init(_ node: Onnx_NodeProto) {
        operation = node.opType
        domain = node.domain == "ai.onnx" ? "" : node.domain
        inputs = node.input
        outputs = node.output
        attributes = Dictionary(node.attribute.map { ($0.name, $0) }) { first, _ in first }
    }

    /// A whole number; nil when the attribute is not given.
    public func integer(_ name: String) -> Int? { attributes[name].map { Int($0.i) } }

    public func float(_ name: String) -> Double? { attributes[name].map { Double($0.f) } }

    public func text(_ name: String) -> String? { attributes[name].map { String(decoding: $0.s, as: UTF8.self) } }

    /// A list of whole numbers; empty when the attribute is not given.
    public func integers(_ name: String) -> [Int] { attributes[name]?.ints.map { Int($0) } ?? [] }

    public func floats(_ name: String) -> [Double] { attributes[name]?.floats.map { Double($0) } ?? [] }

    public func texts(_ name: String) -> [String] { attributes[name]?.strings.map { String(decoding: $0, as: UTF8.self) } ?? [] }

    /// A tensor; nil when the attribute is not given or holds no numbers.
    public func constant(_ name: String) -> ONNXConstant? {
        guard let attribute = attributes[name], attribute.hasT else { return nil }
        return ONNXConstant(attribute.t)
    }

    /// Whether the attribute is given.
    public func has(_ name: String) -> Bool { attributes[name] != nil }
}
