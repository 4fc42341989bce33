import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Runs of a capability's tests on a registered version.
struct SuiteRoutes: Sendable {
    let suites: SuiteStore
    let registry: RegistryPeer

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/trainer/suites", use: list)
        router.post("/v1/trainer/suites", use: create)
        router.get("/v1/trainer/suites/{suite}", use: find)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<SuiteRun>> {
        let page = try request.page(context: context)
        let below = page.after?.first.flatMap { Int($0) } ?? Int.max
        let found = try await suites.list(
            team: try context.identity.teamFilter, capability: try request.capabilityFilter(), below: below, limit: page.limit + 1)
        let result = page.page(found) { [String($0.ordinal)] }
        return Reply(Page(items: result.items.map(\.suite), nextPage: result.nextPage))
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Reply<SuiteRun> {
        let asked = try await request.decode(as: NewSuite.self, context: context)
        guard Names.isName(asked.capability) else { throw FieldFault("capability", expected: Names.expectation) }
        let numbers = 1...Int(Int32.max)
        guard let version = asked.version, numbers.contains(version) else {
            throw FieldFault("version", expected: "the number of a model version")
        }
        guard asked.dataset.map(numbers.contains) ?? true else { throw FieldFault("dataset", expected: "the number of a dataset version") }
        let caller = try context.identity
        let team = try await registry.asked(asked.capability).team
        try caller.requireOwnership(of: team)
        try await registry.requireVersion(version, of: asked.capability)
        let suite = try await suites.add(asked, team: team, by: caller.actor ?? caller.subject) {
            try await context.remember(Self.created($0), on: $1)
        }
        return Self.created(suite)
    }

    private static func created(_ suite: SuiteRun) -> Reply<SuiteRun> {
        .created(suite, location: "/v1/trainer/suites/\(suite.id)")
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<SuiteRun> {
        let found = try await suites.find(try context.parameter("suite"))
        try context.identity.requireOwnership(of: found.team)
        return .ok(found.suite)
    }
}
