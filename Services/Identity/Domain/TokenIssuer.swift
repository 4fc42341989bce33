import Contracts
import Cryptography
import Foundation

/// Signs the tokens of the mesh.
struct TokenIssuer: Sendable {
    /// Tokens asked for by client credentials: short, since the client can ask again.
    static let clientLifetime: TimeInterval = 300
    /// Tokens the gateway keeps for keys and sessions: a day, so that identity may be away for hours.
    static let gatewayLifetime: TimeInterval = 86_400

    let key: RSAPrivateKey
    let keyID: String
    let issuer: String
    let audience: String

    /// A token for a person or a key. It never outlives the holder.
    func token(for holder: Holder, lifetime: TimeInterval, at now: Date) throws -> String {
        let end = min(now.addingTimeInterval(lifetime), holder.endsAt ?? .distantFuture)
        return try sign(
            subject: holder.subject, scopes: holder.scopes, team: holder.team, roles: holder.roles.map(\.rawValue),
            generation: holder.generation, keyID: holder.subject.hasPrefix("key:") ? String(holder.subject.dropFirst(4)) : nil,
            from: now, to: end)
    }

    /// A service's own token.
    func token(for service: ServiceName, at now: Date) throws -> String {
        try sign(
            subject: "service:" + service.rawValue, scopes: [.service], team: "platform", roles: [], generation: 1, keyID: nil,
            from: now, to: now.addingTimeInterval(Self.clientLifetime))
    }

    /// What the program of an attempt may do; ``Caller`` holds it to MLflow's API.
    static let attemptScopes: Set<Scope> = [.read, .build]

    /// A token for the program of one attempt at a run.
    func token(forAttempt name: String, team: String, lifetime: TimeInterval, at now: Date) throws -> String {
        try sign(
            subject: AttemptRules.subject(name), scopes: Self.attemptScopes, team: team, roles: [], generation: 1, keyID: nil, from: now,
            to: now.addingTimeInterval(lifetime))
    }

    private func sign(
        subject: String, scopes: Set<Scope>, team: String, roles: [String], generation: Int, keyID credential: String?, from now: Date,
        to end: Date
    ) throws -> String {
        let claims = TokenClaims(
            iss: issuer, aud: audience, sub: subject, iat: Int(now.timeIntervalSince1970), exp: Int(end.timeIntervalSince1970),
            jti: hexadecimal(randomBytes(16)), scope: scopes.map(\.rawValue).sorted().joined(separator: " "), team: team, roles: roles,
            gen: generation, keyId: credential)
        return try JSONWebToken.sign(claims: claims, key: key, kid: keyID)
    }
}
