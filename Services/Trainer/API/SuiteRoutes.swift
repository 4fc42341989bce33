import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Runs of a capability's tests on a registered version, on what an alias means, or on the model of a training run.
struct SuiteRoutes: Sendable {
    let suites: SuiteStore
    let runs: RunStore
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
            team: try context.identity.teamFilter, capability: try request.capabilityFilter(),
            below: below, limit: page.limit + 1)
        let result = page.page(found) { [String($0.ordinal)] }
        return Reply(Page(items: result.items.map(\.suite), nextPage: result.nextPage))
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Reply<SuiteRun> {
        let asked = try await request.decode(as: NewSuite.self, context: context)
        guard Names.isName(asked.capability) else {
            throw FieldFault("capability", expected: Names.expectation)
        }
        let target = try SuiteTarget(asked)
        guard asked.dataset.map((1...Int(Int32.max)).contains) ?? true else {
            throw FieldFault("dataset", expected: "the number of a dataset version")
        }
        let caller = try context.identity
        let team = try await registry.asked(asked.capability).team
        try caller.requireOwnership(of: team)
        let resolved = try await resolve(asked, target, caller)
        let suite = try await suites.add(resolved, team: team, by: caller.actor ?? caller.subject) {
            try await context.remember(Self.created($0), on: $1)
        }
        return Self.created(suite)
    }

    /// The request with the version that is meant now: an alias may mean another one by the time of the tests.
    private func resolve(_ asked: NewSuite, _ target: SuiteTarget, _ caller: Caller) async throws
        -> NewSuite
    {
        var resolved = asked
        switch target {
        case .version(let number):
            let version = try await registry.asked(version: String(number), of: asked.capability)
            try SuiteTarget.check(seeds: asked.seeds, recipe: version.recipe)
        case .alias(let alias):
            let version = try await registry.asked(version: alias, of: asked.capability)
            try SuiteTarget.check(seeds: asked.seeds, recipe: version.recipe)
            resolved.version = version.version
        case .run(let id):
            let run = try await own(id, of: asked.capability, caller)
            try SuiteTarget.check(seeds: asked.seeds, recipe: run.recipe)
            resolved.version = run.version
        }
        return resolved
    }

    /// The run of an id, of this capability, with a model. Throws `runUnknown`, `forbidden`, and `conflict` while there is no model.
    private func own(_ id: String, of capability: String, _ caller: Caller) async throws
        -> TrainingRun
    {
        let found = try await runs.find(id)
        try caller.requireOwnership(of: found.team)
        guard found.run.capability == capability else {
            throw FieldFault("run", expected: "a run of the capability \(capability)")
        }
        guard found.run.model != nil else {
            throw Problem(.conflict, "Run \(id) has no model to test: it is \(found.run.state.rawValue).")
        }
        return found.run
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
