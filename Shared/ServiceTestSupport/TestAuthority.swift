import Contracts
import Cryptography
import Foundation
import HTTPService

/// Issues tokens in tests, as identity does in a mesh.
public struct TestAuthority: Sendable {
    public static let issuer = "https://mlmesh"
    /// Made once: a key takes a while.
    private static let shared = RSAPrivateKey.generate()

    public let key: RSAPrivateKey

    public init() {
        key = Self.shared
    }

    /// Settings of a service that trusts this authority.
    public func settings(
        drain: Duration = .zero, deadlines: DeadlineLimits = DeadlineLimits(), maximumInFlight: Int = HTTPSettings.standardInFlight,
        maximumBodyBytes: Int = HTTPSettings.standardBodyBytes
    ) -> HTTPSettings {
        HTTPSettings(
            keys: [key.publicKey.thumbprint: key.publicKey], issuer: Self.issuer, drain: drain, deadlines: deadlines,
            maximumInFlight: maximumInFlight, maximumBodyBytes: maximumBodyBytes)
    }

    /// A token of any subject.
    public func token(
        subject: String, scopes: Set<Scope>, roles: Set<Role> = [], team: String = "documents", generation: Int = 1, keyID: String? = nil,
        actor: String? = nil, lifetime: Int = 300, issuedAt now: Date = .now
    ) -> String {
        let issued = Int(now.timeIntervalSince1970)
        let claims = TokenClaims(
            iss: Self.issuer, aud: HTTPSettings.audience, sub: subject, iat: issued, exp: issued + lifetime, jti: UUID().uuidString,
            scope: scopes.map(\.rawValue).sorted().joined(separator: " "), team: team, roles: roles.map(\.rawValue).sorted(),
            gen: generation, keyId: keyID, act: actor.map { .init(sub: $0) })
        // Claims of plain texts and numbers always encode.
        return (try? JSONWebToken.sign(claims: claims, key: key, kid: key.publicKey.thumbprint)) ?? ""
    }

    /// A token of an API key with roles.
    public func key(_ id: String = "1", roles: Set<Role>, team: String = "documents") -> String {
        token(subject: "key:" + id, scopes: Set(roles.flatMap(\.scopes)), roles: roles, team: team, keyID: id)
    }

    /// A token of a person with roles.
    public func person(_ id: String = "1", roles: Set<Role>, team: String = "documents") -> String {
        token(subject: "person:" + id, scopes: Set(roles.flatMap(\.scopes)), roles: roles, team: team)
    }

    /// A service's own token.
    public func service(_ name: ServiceName) -> String {
        token(subject: "service:" + name.rawValue, scopes: [.service], team: "platform")
    }
}
