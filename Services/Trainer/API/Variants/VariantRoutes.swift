import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Runs that make device variants of a registered version.
struct VariantRoutes: Sendable {
    let variants: VariantStore
    let registry: RegistryPeer

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/trainer/variants", use: list)
        router.post("/v1/trainer/variants", use: create)
        router.get("/v1/trainer/variants/{variants}", use: find)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<VariantRun>> {
        let page = try request.page(context: context)
        let below = page.after?.first.flatMap { Int($0) } ?? Int.max
        let found = try await variants.list(
            team: try context.identity.teamFilter, capability: try request.capabilityFilter(), below: below, limit: page.limit + 1)
        let result = page.page(found) { [String($0.ordinal)] }
        return Reply(Page(items: result.items.map(\.run), nextPage: result.nextPage))
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Reply<VariantRun> {
        let asked = try await request.decode(as: NewVariants.self, context: context)
        let reference = try VariantWish.reference(asked)
        let precisions = try VariantWish.precisions(asked)
        let caller = try context.identity
        let team = try await registry.asked(asked.capability).team
        try caller.requireOwnership(of: team)
        let version = try await registry.asked(version: reference, of: asked.capability)
        let run = VariantRun(
            id: UUID().uuidString.lowercased(), capability: asked.capability, version: version.version, precisions: precisions,
            state: .queued, outcomes: [], createdAt: .now)
        let reply = Reply.created(run, location: "/v1/trainer/variants/\(run.id)")
        try await variants.add(run, dataset: asked.dataset, team: team, by: caller.actor ?? caller.subject) {
            try await context.remember(reply, on: $0)
        }
        return reply
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<VariantRun> {
        let found = try await variants.find(try context.parameter("variants"))
        try context.identity.requireOwnership(of: found.team)
        return .ok(found.run)
    }
}
