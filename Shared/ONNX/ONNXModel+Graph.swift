extension ONNXModel {
    /// The operations, in an order in which each reads only what comes before it.
    public var nodes: [ONNXNode] { proto.graph.node.map(ONNXNode.init) }

    /// Names of the constants.
    public var constantNames: Set<String> { Set(proto.graph.initializer.map(\.name)) }

    /// A constant of the graph; nil when there is none of the name, or when it holds no numbers.
    public func constant(_ name: String) -> ONNXConstant? {
        proto.graph.initializer.first { $0.name == name }.flatMap(ONNXConstant.init)
    }
}
