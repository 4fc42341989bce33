import Contracts
import Foundation
import MeshClient

/// What the trainer asks identity.
struct IdentityPeer: Sendable {
    let client: MeshClient

    /// A token that names the attempt and lasts for so many seconds.
    func token(run: String, attempt: Int, team: String, seconds: Int) async throws -> String {
        let wish = NewAttempt(run: run, attempt: attempt, team: team, seconds: seconds)
        let made: TokenReply = try await client.post(Path("v1", "identity", "attempts"), wish, idempotencyKey: UUID().uuidString)
        return made.access_token
    }

    /// Ends the token of an attempt before its time.
    func revoke(run: String, attempt: Int) async throws {
        try await client.delete(Path("v1", "identity", "attempts", "\(run).\(attempt)"))
    }
}
