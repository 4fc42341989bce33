/// How much of a graph a target's runtime executes itself; the rest goes back to the processor.
public struct OperatorCoverage: Sendable, Hashable, Codable {
    /// A node that the target does not execute.
    public struct Unsupported: Sendable, Hashable, Codable {
        /// The node's own name; that of its first output when it has none.
        public let node: String
        /// With its domain when that is not the standard one.
        public let operation: String
        public let reason: String
    }

    public let target: DeviceTarget
    /// Where the target's list is from, and of what version or day it is.
    public let source: String
    public let date: String
    /// Nodes of the graph; constants are none.
    public let nodes: Int
    public let supported: Int
    /// Names of the nodes of each run of supported nodes, in graph order: each is handed over and back. A runtime that reorders nodes may
    /// join some.
    public let partitions: [[String]]
    public let unsupported: [Unsupported]

    /// Share of the nodes; 1 for a graph without any.
    public var share: Double { nodes == 0 ? 1 : Double(supported) / Double(nodes) }
}
