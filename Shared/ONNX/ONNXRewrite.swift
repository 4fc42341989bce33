import Foundation

/// A model taken apart for rewriting. What is not touched, fields that this module does not know included, is written back as it was.
public struct ONNXRewrite: Sendable {
    private var proto: Onnx_ModelProto
    /// In an order in which each reads only what comes before it.
    public var nodes: [Node]
    /// Constants of the graph.
    public var constants: [Constant]

    public init(_ model: ONNXModel) {
        proto = model.proto
        nodes = proto.graph.node.map(Node.init(proto:))
        constants = proto.graph.initializer.map(Constant.init(proto:))
    }

    /// The model that the parts make.
    public func model() -> ONNXModel {
        var made = proto
        made.graph.node = nodes.map(\.proto)
        made.graph.initializer = constants.map(\.proto)
        return ONNXModel(proto: made)
    }

    /// Version of the file's format; from 4 on a constant need not be an input too.
    public var fileFormat: Int {
        get { Int(proto.irVersion) }
        set { proto.irVersion = Int64(newValue) }
    }

    /// Version of the standard operator set; 0 when the file names none.
    public var opset: Int {
        get { ONNXModel(proto: proto).opset }
        set {
            for index in proto.opsetImport.indices where ["", "ai.onnx"].contains(proto.opsetImport[index].domain) {
                proto.opsetImport[index].version = Int64(newValue)
            }
        }
    }

    /// Names of all inputs, those among them that the file itself has a value for included.
    public var inputNames: [String] { proto.graph.input.map(\.name) }

    public var outputNames: [String] { proto.graph.output.map(\.name) }

    /// Takes inputs away, as those that are constants.
    public mutating func removeInputs(_ names: Set<String>) {
        proto.graph.input.removeAll { names.contains($0.name) }
    }

    /// Adds an output whose type follows from the node that gives it.
    public mutating func addOutput(_ name: String) {
        var info = Onnx_ValueInfoProto()
        info.name = name
        proto.graph.output.append(info)
    }

    /// Forgets what the file says of values between nodes: it need not be true after a rewrite.
    public mutating func forgetValues() { proto.graph.valueInfo = [] }
}
