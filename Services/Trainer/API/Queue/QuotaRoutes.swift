import Contracts
import HTTPService
import Hummingbird

/// Quotas of teams.
struct QuotaRoutes: Sendable {
    let quotas: QuotaStore

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/trainer/quotas/{team}", use: find)
        router.put("/v1/trainer/quotas/{team}", use: set)
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<TeamQuota> {
        let team = try context.name("team")
        try context.identity.requireOwnership(of: team)
        return .ok(try await quotas.find(team))
    }

    @Sendable
    func set(_ request: Request, _ context: ServiceContext) async throws -> Reply<TeamQuota> {
        let team = try context.name("team")
        let change = try await request.decode(as: QuotaChange.self, context: context)
        guard QueueRules.quotas.contains(change.limit) else {
            throw FieldFault("limit", expected: "a whole number from \(QueueRules.quotas.lowerBound) to \(QueueRules.quotas.upperBound)")
        }
        return .ok(try await quotas.set(change.limit, of: team, by: try context.identity.subject))
    }
}
