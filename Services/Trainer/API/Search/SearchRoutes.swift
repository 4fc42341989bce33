import Contracts
import HTTPService
import Hummingbird

/// Searches of parameters: ask for one, watch its leaderboard, cancel it.
struct SearchRoutes: Sendable {
    let searches: SearchStore
    let runs: RunStore
    let registry: RegistryPeer
    let dataset: DatasetPeer

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/trainer/searches", use: list)
        router.post("/v1/trainer/searches", use: create)
        router.get("/v1/trainer/searches/{search}", use: find)
        router.post("/v1/trainer/searches/{search}/cancel", use: cancel)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<SearchRecord>> {
        let page = try request.page(context: context)
        let below = page.after?.first.flatMap { Int($0) } ?? Int.max
        let found = try await searches.list(
            team: try context.identity.teamFilter, capability: try request.capabilityFilter(), below: below, limit: page.limit + 1)
        let result = page.page(found) { [String($0.ordinal)] }
        return Reply(Page(items: result.items.map(\.search), nextPage: result.nextPage))
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Reply<SearchRecord> {
        var asked = try await request.decode(as: NewSearch.self, context: context)
        guard Names.isName(asked.capability) else { throw FieldFault("capability", expected: Names.expectation) }
        let caller = try context.identity
        let record = try await registry.asked(asked.capability)
        try caller.requireOwnership(of: record.team)
        let plan = try SearchPlan(asked, manifest: record.manifest)
        // Every trial reads the same rows, also when a newer version comes while the search runs.
        asked.dataset = try await dataset.asked(asked.dataset, for: record.manifest).number
        asked.seed = plan.seed
        let search = try await searches.add(asked, of: record, by: caller.actor ?? caller.subject) {
            try await context.remember(Self.created($0), on: $1)
        }
        return Self.created(search)
    }

    private static func created(_ search: SearchRecord) -> Reply<SearchRecord> {
        .created(search, location: "/v1/trainer/searches/\(search.id)")
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<SearchRecord> {
        let stored = try await own(context)
        var search = stored.record
        if search.leaderboard == nil {
            let plan = try stored.plan()
            search.leaderboard = Leaderboard.ranked(try await searches.trials(search.id), higherIsBetter: plan.higherIsBetter)
        }
        return .ok(search)
    }

    @Sendable
    func cancel(_ request: Request, _ context: ServiceContext) async throws -> Reply<SearchRecord> {
        let id = try await own(context).record.id
        for run in try await searches.cancel(id) {
            do {
                _ = try await runs.cancel(run)
            } catch let problem as Problem where problem.code == ProblemCode.conflict.name {
                // It ended by itself meanwhile.
            }
        }
        return .ok(try await searches.find(id).record)
    }

    private func own(_ context: ServiceContext) async throws -> StoredSearch {
        let found = try await searches.find(try context.parameter("search"))
        try context.identity.requireOwnership(of: found.team)
        return found
    }
}
