import Contracts
import Cryptography

/// Who makes a request, as the token says.
public struct Caller: Sendable, Hashable {
    /// What kind of subject the token was made for.
    public enum Kind: String, Sendable {
        case key
        case person
        case service
        /// The program of one attempt at a run.
        case attempt
    }

    /// `service:<name>`, `key:<id>`, `person:<id>` or `attempt:<run>.<number>`.
    public let subject: String
    public let kind: Kind
    /// The subject's team.
    public let team: String
    public let roles: Set<Role>
    public let scopes: Set<Scope>
    /// Whom a service acts for.
    public let actor: String?
    /// The API key that the token stands for.
    public let keyID: String?

    /// Reads the claims of an authentic token; nil when the subject is of no known kind.
    public init?(_ claims: TokenClaims) {
        guard let colon = claims.sub.firstIndex(of: ":"), let kind = Kind(rawValue: String(claims.sub[..<colon])),
            claims.sub.index(after: colon) != claims.sub.endIndex
        else { return nil }
        subject = claims.sub
        self.kind = kind
        team = claims.team
        roles = Set(claims.roles.compactMap(Role.init(rawValue:)))
        scopes = Set(claims.scope.split(separator: " ").compactMap { Scope(rawValue: String($0)) })
        actor = claims.act?.sub
        keyID = claims.keyId
    }

    /// The one caller of a service that asks for no tokens: it may do all that a person may.
    public static let local = Caller(
        subject: "person:local", kind: .person, team: "local", roles: Set(Role.allCases),
        scopes: Set(Scope.allCases).subtracting([.service]))

    private init(subject: String, kind: Kind, team: String, roles: Set<Role>, scopes: Set<Scope>) {
        self.subject = subject
        self.kind = kind
        self.team = team
        self.roles = roles
        self.scopes = scopes
        actor = nil
        keyID = nil
    }

    /// Whether the caller is this service, with its own token.
    public func isService(_ name: ServiceName) -> Bool {
        service == name
    }

    /// The service that the caller is, when it is one.
    public var service: ServiceName? {
        kind == .service ? ServiceName(rawValue: String(subject.dropFirst(Kind.service.rawValue.count + 1))) : nil
    }

    /// Whether the caller may act for any team.
    public var isAdministrator: Bool { roles.contains(.administrator) }
}
