/// What applying a manifest would change.
public struct CapabilityPlan: Sendable, Hashable, Codable {
    /// What an apply would do.
    public enum Action: String, Sendable, Codable, CaseIterable {
        case create
        case change
        case unchanged
    }

    public var capability: String
    public var action: Action
    /// The revision there would be afterwards.
    public var revision: Int
    public var changes: [ManifestChange]
    /// What follows from the changes, a sentence each, as that reports of the former revision no longer open a gate.
    public var consequences: [String]

    public init(capability: String, action: Action, revision: Int, changes: [ManifestChange], consequences: [String]) {
        self.capability = capability
        self.action = action
        self.revision = revision
        self.changes = changes
        self.consequences = consequences
    }
}
