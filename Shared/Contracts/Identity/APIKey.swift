import Foundation

/// An API key. The secret is shown once, when the key is made.
public struct APIKey: Sendable, Hashable, Codable {
    public var id: String
    public var name: String
    public var team: String
    public var roles: [Role]
    public var createdAt: Date
    public var expiresAt: Date?
    public var revokedAt: Date?
    public var secret: String?

    public init(
        id: String, name: String, team: String, roles: [Role], createdAt: Date, expiresAt: Date? = nil, revokedAt: Date? = nil,
        secret: String? = nil
    ) {
        self.id = id
        self.name = name
        self.team = team
        self.roles = roles
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.secret = secret
    }
}
