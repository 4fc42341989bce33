/// What became of a node.
public struct NodeOutcome: Sendable, Hashable, Codable {
    /// The node's own name; that of its first output when it has none.
    public let node: String
    public let operation: String
    /// Why it stayed as it was; nil for a node that was converted.
    public let reasonLeft: String?

    public var isConverted: Bool { reasonLeft == nil }
}
