import Contracts
import Foundation
import HTTPService
import Hummingbird

/// Credentials of the programs that the trainer runs: each names one attempt at a run, and ends with it.
struct AttemptRoutes: Sendable {
    let attempts: AttemptStore

    func add(to router: Router<ServiceContext>) {
        router.post("/v1/identity/attempts", use: add)
        router.delete("/v1/identity/attempts/{attempt}", use: revoke)
    }

    @Sendable
    func add(_ request: Request, _ context: ServiceContext) async throws -> Reply<TokenReply> {
        let asked = try await request.decode(as: NewAttempt.self, context: context)
        try AttemptRules.check(asked)
        return .created(try await attempts.add(asked, by: try context.identity.subject, at: .now))
    }

    @Sendable
    func revoke(_ request: Request, _ context: ServiceContext) async throws -> NoContent {
        try await attempts.revoke(try context.parameter("attempt"), by: try context.identity.subject)
        return NoContent()
    }
}
