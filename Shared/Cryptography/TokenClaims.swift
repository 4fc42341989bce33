/// What an access token says (RFC 9068 with a few claims of our own).
public struct TokenClaims: Sendable, Hashable, Codable {
    /// Who acts through the subject, as a person through a service (RFC 8693 section 4.1).
    public struct Actor: Sendable, Hashable, Codable {
        public let sub: String

        public init(sub: String) {
            self.sub = sub
        }
    }

    /// The issuer.
    public let iss: String
    /// The one audience. HAProxy reads an array as empty.
    public let aud: String
    /// `service:<name>`, `key:<id>` or `person:<id>`.
    public let sub: String
    /// When it was issued, whole seconds since the epoch.
    public let iat: Int
    /// When it ends, whole seconds since the epoch.
    public let exp: Int
    /// Unique id of the token.
    public let jti: String
    /// Scopes, separated by one space.
    public let scope: String
    /// The team of the subject.
    public let team: String
    /// Roles of the subject within the team.
    public let roles: [String]
    /// Generation of the roles: a token of an older generation than the subject's newest is dead.
    public let gen: Int
    /// The API key that the token stands for.
    public let keyId: String?
    /// The person whom a service acts for.
    public let act: Actor?

    public init(
        iss: String, aud: String, sub: String, iat: Int, exp: Int, jti: String, scope: String, team: String, roles: [String], gen: Int,
        keyId: String? = nil, act: Actor? = nil
    ) {
        self.iss = iss
        self.aud = aud
        self.sub = sub
        self.iat = iat
        self.exp = exp
        self.jti = jti
        self.scope = scope
        self.team = team
        self.roles = roles
        self.gen = gen
        self.keyId = keyId
        self.act = act
    }
}
