import Foundation

/// A search of parameters.
public struct SearchRecord: Sendable, Hashable, Codable {
    /// Where it stands.
    public enum State: String, Sendable, Codable, CaseIterable {
        case running
        case finished
        case cancelled
    }

    public var id: String
    public var state: State
    public var asked: NewSearch
    /// Best first; those that could not be measured last. Absent in listings.
    public var leaderboard: [SearchTrial]?
    /// The run that is better than every other beyond doubt; absent while the search runs and when several are tied.
    public var crowned: String?
    /// The run that was queued with the crowned parameters, to register its model.
    public var registering: String?
    /// In words, why none is crowned or which is.
    public var outcome: String?
    public var createdAt: Date
    public var endedAt: Date?

    public init(
        id: String, state: State, asked: NewSearch, leaderboard: [SearchTrial]? = nil, crowned: String? = nil,
        registering: String? = nil, outcome: String? = nil, createdAt: Date, endedAt: Date? = nil
    ) {
        self.id = id
        self.state = state
        self.asked = asked
        self.leaderboard = leaderboard
        self.crowned = crowned
        self.registering = registering
        self.outcome = outcome
        self.createdAt = createdAt
        self.endedAt = endedAt
    }
}
