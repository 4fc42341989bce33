/// How much of a variant's graph a device's runtime executes itself, by the list of operators that it publishes.
public struct VariantCoverage: Sendable, Hashable, Codable {
    /// `coreml-mlprogram`, `coreml-neuralnetwork`, `nnapi`, `litert` or `directml`.
    public var target: String
    /// Where the list is from, and of what version or day it is.
    public var source: String
    public var date: String
    public var nodes: Int
    public var supported: Int
    /// How often the graph is handed over to the runtime.
    public var partitions: Int
    /// Reasons by node.
    public var unsupported: [String: String]

    public init(
        target: String, source: String, date: String, nodes: Int, supported: Int, partitions: Int,
        unsupported: [String: String]
    ) {
        self.target = target
        self.source = source
        self.date = date
        self.nodes = nodes
        self.supported = supported
        self.partitions = partitions
        self.unsupported = unsupported
    }
}
