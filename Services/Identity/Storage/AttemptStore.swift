import Contracts
import Foundation

/// Makes and ends credentials of attempts. Nothing is kept of them but the audit: a token ends by itself.
struct AttemptStore: Sendable {
    let write: IdentityWrite
    let teams: TeamStore
    let issuer: TokenIssuer

    func add(_ asked: NewAttempt, by actor: String, at now: Date) async throws -> TokenReply {
        let name = "\(asked.run).\(asked.attempt)"
        try await write.run { connection in
            try await teams.require(asked.team, on: connection)
            try await write.audit(actor, "attempt.add", name, detail: asked.team, on: connection)
        }
        let token = try issuer.token(forAttempt: name, team: asked.team, lifetime: TimeInterval(asked.seconds), at: now)
        let scope = TokenIssuer.attemptScopes.map(\.rawValue).sorted().joined(separator: " ")
        return TokenReply(access_token: token, token_type: "Bearer", expires_in: asked.seconds, scope: scope)
    }

    /// Ends every token of an attempt. Ending one that never was is harmless.
    func revoke(_ name: String, by actor: String) async throws {
        guard name.utf8.count <= 128 else { throw Problem(.notFound) }
        try await write.run { connection in
            try await write.audit(actor, "attempt.revoke", name, on: connection)
            try await write.revoke(subject: AttemptRules.subject(name), on: connection)
        }
    }
}
