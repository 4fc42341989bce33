import Foundation

/// Builds a graph node by node. Names of results are given by the caller; constants get names of their own.
public struct GraphBuilder: Sendable {
    /// Operator set that the builders use; ONNX Runtime has had it since 2022.
    static let opset: Int64 = 17
    static let fileFormat: Int64 = 8
    /// ONNX Runtime's own operators.
    static let extensions = "com.microsoft"

    var graph = Onnx_GraphProto()
    private var constants = 0
    /// Operator sets of the domains that are not standard, where they are known.
    var domains: [String: Int64] = [:]
    /// Operator set of the domains that are not standard.
    public var classicalOpset: Int64 = 3
    /// What the names of constants begin with.
    public var constantPrefix = "constant_"
    /// Version of the standard operator set.
    public var opset: Int64 = Self.opset
    /// Version of the file's format.
    var fileFormat = Self.fileFormat

    public init(name: String) {
        graph.name = name
    }

    public mutating func input(_ name: String, _ element: ONNXModel.ElementType, shape: [Int]) {
        graph.input.append(Self.port(name, element, shape))
    }

    public mutating func output(_ name: String, _ element: ONNXModel.ElementType, shape: [Int]) {
        graph.output.append(Self.port(name, element, shape))
    }

    /// Adds an output whose type follows from the node that gives it: a sequence of maps, as exporters of classifiers add one.
    public mutating func output(_ name: String) {
        var info = Onnx_ValueInfoProto()
        info.name = name
        graph.output.append(info)
    }

    /// A constant of floats, row-major; gives its name.
    public mutating func floats(_ values: [Float], shape: [Int]) -> String {
        constant(.float, shape, values.withUnsafeBytes { Data($0) })
    }

    /// A constant of 64-bit whole numbers, row-major; gives its name.
    public mutating func integers(_ values: [Int64], shape: [Int]) -> String {
        constant(.int64, shape, values.withUnsafeBytes { Data($0) })
    }

    /// A constant of texts; gives its name.
    public mutating func texts(_ values: [String], shape: [Int]) -> String {
        var tensor = Onnx_TensorProto()
        tensor.dataType = Int32(ONNXModel.ElementType.string.rawValue)
        tensor.stringData = values.map { Data($0.utf8) }
        return constant(tensor, shape)
    }

    /// Adds a node. Whole numbers among the attributes are INT, floats are FLOAT.
    public mutating func node(
        _ operation: String, _ inputs: [String], to outputs: [String], integers: [String: Int64] = [:], floats: [String: Float] = [:]
    ) {
        node(
            operation, inputs, to: outputs,
            attributes: integers.mapValues { .integer($0) }.merging(floats.mapValues { .float($0) }) { first, _ in first })
    }

    /// Adds a node of any domain; a domain that is not standard becomes one of the model's operator sets, see
    /// ``classicalOpset``.
    public mutating func node(
        _ operation: String, domain: String = "", _ inputs: [String], to outputs: [String], attributes: [String: Attribute]
    ) {
        var node = Onnx_NodeProto()
        node.opType = operation
        node.domain = domain
        node.input = inputs
        node.output = outputs
        node.name = "\(operation)_\(graph.node.count)"
        node.attribute = attributes.sorted { $0.key < $1.key }.map { $1.proto(name: $0) }
        if !domain.isEmpty, domains[domain] == nil { domains[domain] = domain == Self.extensions ? 1 : classicalOpset }
        graph.node.append(node)
    }

    /// The finished model.
    public func model() -> ONNXModel {
        var proto = Onnx_ModelProto()
        proto.irVersion = fileFormat
        proto.producerName = "mlmesh"
        var standard = Onnx_OperatorSetIdProto()
        standard.version = opset
        proto.opsetImport = [standard] + domains.sorted { $0.key < $1.key }.map(Self.imported)
        proto.graph = graph
        return ONNXModel(proto: proto)
    }

    private static func imported(_ domain: String, _ version: Int64) -> Onnx_OperatorSetIdProto {
        var opset = Onnx_OperatorSetIdProto()
        opset.domain = domain
        opset.version = version
        return opset
    }

    /// Little-endian raw bytes, as the format wants them and as this processor has them.
    private mutating func constant(_ element: ONNXModel.ElementType, _ shape: [Int], _ bytes: Data) -> String {
        var tensor = Onnx_TensorProto()
        tensor.dataType = Int32(element.rawValue)
        tensor.rawData = bytes
        return constant(tensor, shape)
    }

    private mutating func constant(_ content: Onnx_TensorProto, _ shape: [Int]) -> String {
        var tensor = content
        tensor.name = "\(constantPrefix)\(constants)"
        constants += 1
        tensor.dims = shape.map(Int64.init)
        graph.initializer.append(tensor)
        return tensor.name
    }

    private static func port(_ name: String, _ element: ONNXModel.ElementType, _ shape: [Int]) -> Onnx_ValueInfoProto {
        var info = Onnx_ValueInfoProto()
        info.name = name
        info.type.tensorType.elemType = Int32(element.rawValue)
        info.type.tensorType.shape.dim = shape.enumerated().map { index, size in
            var dimension = Onnx_TensorShapeProto.Dimension()
            dimension.value = size < 0 ? .dimParam(index == 0 ? "batch" : "d\(index)") : .dimValue(Int64(size))
            return dimension
        }
        return info
    }
}
