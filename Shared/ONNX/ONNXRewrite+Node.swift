extension ONNXRewrite {
    /// One operation of a graph that is being rewritten.
    public struct Node: Sendable {
        var proto: Onnx_NodeProto

        init(proto: Onnx_NodeProto) { self.proto = proto }

        /// An operation of the standard domain.
        public init(
            _ operation: String, name: String, _ inputs: [String], to outputs: [String], attributes: [String: GraphBuilder.Attribute] = [:]
        ) {
            proto = Onnx_NodeProto()
            proto.opType = operation
            proto.name = name
            proto.input = inputs
            proto.output = outputs
            proto.attribute = attributes.sorted { $0.key < $1.key }.map { $1.proto(name: $0) }
        }

        public var name: String { proto.name }

        public var operation: String {
            get { proto.opType }
            set { proto.opType = newValue }
        }

        /// Names of what it reads; an empty one stands for an optional input that is not given.
        public var inputs: [String] {
            get { proto.input }
            set { proto.input = newValue }
        }

        public var outputs: [String] {
            get { proto.output }
            set { proto.output = newValue }
        }

        /// The operation with its attributes, for reading.
        public var reading: ONNXNode { ONNXNode(proto) }

        /// Whether an attribute holds a graph, as those of If, Loop and Scan do.
        public var hasSubgraph: Bool { proto.attribute.contains { $0.hasG || $0.type == .graph || $0.type == .graphs } }

        /// Whether an attribute holds several graphs, which this module does not read.
        public var hasUnreadSubgraphs: Bool { proto.attribute.contains { $0.type == .graphs } }

        /// Names that nodes of its subgraphs read or give on, at any depth: those from outside are among them.
        public var namesWithin: Set<String> {
            proto.attribute.filter(\.hasG).reduce(into: []) { $0.formUnion(Self.names($1.g)) }
        }

        private static func names(_ graph: Onnx_GraphProto) -> Set<String> {
            var names = Set(graph.output.map(\.name))
            for node in graph.node {
                names.formUnion(node.input)
                names.formUnion(Node(proto: node).namesWithin)
            }
            return names
        }

        /// Sets an attribute, in place of what it was.
        public mutating func set(_ name: String, _ value: GraphBuilder.Attribute) {
            proto.attribute.removeAll { $0.name == name }
            proto.attribute.append(value.proto(name: name))
        }

        /// The tensor of floats that a Constant gives, under the name of its output; nil for other nodes.
        public var floatConstant: Constant? {
            guard proto.opType == "Constant", proto.domain.isEmpty || proto.domain == "ai.onnx", let output = proto.output.first,
                let attribute = proto.attribute.first
            else { return nil }
            switch attribute.name {
            case "value" where attribute.t.dataType == Int32(ONNXModel.ElementType.float.rawValue):
                var tensor = attribute.t
                tensor.name = output
                return Constant(proto: tensor)
            case "value_float": return Constant(name: output, shape: [], floats: [attribute.f])
            case "value_floats": return Constant(name: output, shape: [attribute.floats.count], floats: attribute.floats)
            default: return nil
            }
        }
    }
}
