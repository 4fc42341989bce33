import Foundation

/// A person.
public struct Person: Sendable, Hashable, Codable {
    public var id: String
    public var name: String
    public var team: String
    public var roles: [Role]
    public var createdAt: Date

    public init(id: String, name: String, team: String, roles: [Role], createdAt: Date) {
        self.id = id
        self.name = name
        self.team = team
        self.roles = roles
        self.createdAt = createdAt
    }
}
