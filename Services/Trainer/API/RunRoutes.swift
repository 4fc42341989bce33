import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Training runs: ask for one, watch it, cancel it.
struct RunRoutes: Sendable {
    let runs: RunStore
    let registry: RegistryPeer
    let archives: ArchiveStore

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/trainer/runs", use: list)
        router.post("/v1/trainer/runs", use: create)
        router.get("/v1/trainer/runs/{run}", use: find)
        router.post("/v1/trainer/runs/{run}/cancel", use: cancel)
        router.get("/v1/trainer/runs/{run}/metrics", use: metrics)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<TrainingRun>> {
        let page = try request.page(context: context)
        let below = page.after?.first.flatMap { Int($0) } ?? Int.max
        let found = try await runs.list(
            team: try context.identity.teamFilter, capability: try request.capabilityFilter(), below: below, limit: page.limit + 1)
        let result = page.page(found) { [String($0.ordinal)] }
        return Reply(Page(items: result.items.map(\.run), nextPage: result.nextPage))
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Reply<TrainingRun> {
        let asked = try await request.decode(as: NewRun.self, context: context)
        guard Names.isName(asked.capability) else { throw FieldFault("capability", expected: Names.expectation) }
        try QueueRules.check(asked)
        let caller = try context.identity
        let record = try await registry.asked(asked.capability)
        try caller.requireOwnership(of: record.team)
        let stored =
            asked.command == nil && asked.recipe != CommandPlan.recipe
            ? try Self.run(asked, record) : try await command(asked, record)
        let reply = Reply.created(stored.run, location: "/v1/trainer/runs/\(stored.run.id)")
        try await runs.add(stored, team: record.team, by: caller.actor ?? caller.subject) { try await context.remember(reply, on: $0) }
        return reply
    }

    private static func run(_ asked: NewRun, _ record: CapabilityRecord) throws -> StoredRun {
        let plan = try RunPlan(asked, manifest: record.manifest)
        let run = TrainingRun(
            id: RunStore.newID(), capability: record.name, state: .queued, manifestRevision: record.revision,
            recipe: plan.recipe.rawValue, parameters: plan.parameters, seed: plan.seed, metrics: [:], environment: [:], createdAt: .now,
            priority: asked.priority ?? 0, timeoutSeconds: asked.timeoutSeconds ?? QueueRules.standardTimeout)
        return StoredRun(run: run, manifest: record.manifest, askedDataset: plan.dataset)
    }

    /// A run of a program. Throws `unprocessable` also for an archive or diff that the team has not uploaded.
    private func command(_ asked: NewRun, _ record: CapabilityRecord) async throws -> StoredRun {
        let plan = try CommandPlan(asked, manifest: record.manifest)
        let uploads = [("command.archive", Optional(plan.recipe.archive)), ("command.diff", plan.recipe.diff)]
        for (field, digest) in uploads {
            guard let digest, try await !archives.has(digest, team: record.team) else { continue }
            throw Problem(
                .unprocessable, errors: [FieldFault(field, expected: "the digest of something that team \(record.team) has uploaded")])
        }
        let run = TrainingRun(
            id: RunStore.newID(), capability: record.name, state: .queued, manifestRevision: record.revision,
            recipe: CommandPlan.recipe, parameters: plan.parameters, seed: plan.seed, metrics: [:], environment: [:], createdAt: .now,
            priority: asked.priority ?? 0, timeoutSeconds: plan.timeout,
            code: RunCode(digest: plan.recipe.archive, commit: plan.recipe.commit, diff: plan.recipe.diff), command: plan.recipe)
        return StoredRun(run: run, manifest: record.manifest, askedDataset: plan.dataset)
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<TrainingRun> {
        .ok(try await own(context))
    }

    @Sendable
    func cancel(_ request: Request, _ context: ServiceContext) async throws -> Reply<TrainingRun> {
        let run = try await runs.cancel(try await own(context).id)
        return run.state == .cancelled ? .ok(run) : .accepted(run)
    }

    @Sendable
    func metrics(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<RunMetric>> {
        let id = try await own(context).id
        let page = try request.page(context: context, keys: 2, limit: 200, most: 1_000)
        let step = page.after.flatMap { Int($0[1]) } ?? -1
        let found = try await runs.metrics(id, after: page.after?[0] ?? "", step: step, limit: page.limit + 1)
        return Reply(page.page(found) { [$0.key, String($0.step)] })
    }

    /// The run of the path, for whoever may see it.
    private func own(_ context: ServiceContext) async throws -> TrainingRun {
        let found = try await runs.find(try context.parameter("run"))
        try context.identity.requireOwnership(of: found.team)
        return found.run
    }
}

extension Caller {
    /// The team whose things the caller is shown in a listing; nil for all.
    var teamFilter: String? { isAdministrator ? nil : team }
}

extension Request {
    /// The filter of a listing by capability; nil when it is absent.
    func capabilityFilter() throws -> String? {
        let name = try query("capability")
        guard name.map(Names.isName) ?? true else { throw FieldFault("capability", expected: Names.expectation) }
        return name
    }
}
