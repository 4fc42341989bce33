/// Ends an experiment.
public struct DecisionRequest: Sendable, Hashable, Codable {
    /// What is decided.
    public enum Action: String, Sendable, Codable, CaseIterable {
        case promote
        case rollback
    }

    public var action: Action
    public var reason: String?

    public init(action: Action, reason: String? = nil) {
        self.action = action
        self.reason = reason
    }
}
