import Foundation

/// Asks for an API key.
public struct NewKey: Sendable, Hashable, Codable {
    public var name: String
    public var team: String
    public var roles: [Role]
    public var expiresAt: Date?

    public init(name: String, team: String, roles: [Role], expiresAt: Date? = nil) {
        self.name = name
        self.team = team
        self.roles = roles
        self.expiresAt = expiresAt
    }
}
