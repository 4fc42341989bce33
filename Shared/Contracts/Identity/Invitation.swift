import Foundation

/// A link by which a person signs in once.
public struct Invitation: Sendable, Hashable, Codable {
    public var url: String
    public var token: String
    public var expiresAt: Date

    public init(url: String, token: String, expiresAt: Date) {
        self.url = url
        self.token = token
        self.expiresAt = expiresAt
    }
}
