/// Who is signed in.
public struct SessionInfo: Sendable, Hashable, Codable {
    public var subject: String
    public var name: String
    public var team: String
    public var roles: [Role]
    public var scopes: [Scope]

    public init(subject: String, name: String, team: String, roles: [Role], scopes: [Scope]) {
        self.subject = subject
        self.name = name
        self.team = team
        self.roles = roles
        self.scopes = scopes
    }
}
