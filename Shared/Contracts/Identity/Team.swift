import Foundation

/// A team.
public struct Team: Sendable, Hashable, Codable {
    public var name: String
    public var createdAt: Date

    public init(name: String, createdAt: Date) {
        self.name = name
        self.createdAt = createdAt
    }
}
