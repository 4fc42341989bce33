import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// API keys of teams.
struct KeyRoutes: Sendable {
    let keys: KeyStore

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/identity/keys", use: list)
        router.post("/v1/identity/keys", use: add)
        router.put("/v1/identity/keys/{key}/roles", use: setRoles)
        router.delete("/v1/identity/keys/{key}", use: revoke)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<APIKey>> {
        let caller = try context.identity
        return Reply(Page(items: try await keys.list(team: caller.isAdministrator ? nil : caller.team), nextPage: nil))
    }

    @Sendable
    func add(_ request: Request, _ context: ServiceContext) async throws -> Reply<APIKey> {
        let asked = try await request.decode(as: NewKey.self, context: context)
        let caller = try context.identity
        try KeyRules.check(asked, by: (caller.team, caller.roles), at: .now)
        return .created(try await keys.add(asked, by: caller.subject) { try await context.remember(Reply.created($0), on: $1) })
    }

    @Sendable
    func setRoles(_ request: Request, _ context: ServiceContext) async throws -> Reply<APIKey> {
        let change = try await request.decode(as: RolesChange.self, context: context)
        try RoleRules.check(change.roles)
        return .ok(try await keys.setRoles(change.roles, of: try context.parameter("key"), by: try context.identity.subject))
    }

    @Sendable
    func revoke(_ request: Request, _ context: ServiceContext) async throws -> NoContent {
        let caller = try context.identity
        try await keys.revoke(try context.parameter("key"), team: caller.isAdministrator ? nil : caller.team, by: caller.subject)
        return NoContent()
    }
}
