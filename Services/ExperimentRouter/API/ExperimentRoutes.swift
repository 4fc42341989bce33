import Catalogue
import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Experiments: begin, stages, read-out, decision.
struct ExperimentRoutes: Sendable {
    /// How long a capability or version that was made a moment ago is waited for.
    static let patience: Duration = .seconds(1)

    let catalogue: Catalogue
    let experiments: ExperimentStore
    let decisions: DecisionStore
    let promotion: Promotion
    let monitor: MonitorPeer

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/router/experiments", use: list)
        router.post("/v1/router/experiments", use: create)
        router.get("/v1/router/experiments/{experiment}", use: find)
        router.post("/v1/router/experiments/{experiment}/stages", use: move)
        router.get("/v1/router/experiments/{experiment}/readout", use: readout)
        router.post("/v1/router/experiments/{experiment}/decisions", use: decide)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<Experiment>> {
        let page = try request.page(context: context, keys: 2)
        let cursor = try page.after.map { keys in
            guard let time = WireJSON.date(keys[0]) else { throw FieldFault("page", expected: "the nextPage of a page of this listing") }
            return (time: time, id: keys[1])
        }
        let found = try await experiments.list(capability: try request.query("capability"), before: cursor, limit: page.limit + 1)
        return Reply(page.page(found) { [WireJSON.text($0.createdAt), $0.id] })
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Reply<Experiment> {
        let asked = try await request.decode(as: NewExperiment.self, context: context)
        try ExperimentStart.check(asked)
        let capability = try await catalogue.capability(asked.capability, within: Self.patience)
        try context.identity.requireOwnership(of: capability.team)
        let challenger = try await catalogue.version(String(asked.challenger), of: asked.capability, within: Self.patience)
        let start = try ExperimentStart(
            asked, manifest: capability.manifest, champion: capability.champion?.version, challenger: challenger.version,
            id: Contracts.RequestID().description, at: Date.now.wholeMilliseconds)
        let reply = Reply<Experiment>.created(start.experiment, location: "/v1/router/experiments/\(start.experiment.id)")
        try await experiments.create(start.experiment, stages: start.plan.stages) { try await context.remember(reply, on: $0) }
        return reply
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<Experiment> {
        .ok(try await experiments.find(try context.parameter("experiment")))
    }

    @Sendable
    func move(_ request: Request, _ context: ServiceContext) async throws -> Reply<Experiment> {
        let asked = try await request.decode(as: StageChange.self, context: context)
        let experiment = try await owned(context)
        return .ok(try await experiments.move(experiment.id, to: asked.stage))
    }

    @Sendable
    func readout(_ request: Request, _ context: ServiceContext) async throws -> Reply<Readout> {
        let experiment = try await owned(context, orService: true)
        return .ok(ExperimentReadout.readout(experiment, try await monitor.outcomes(of: experiment), at: .now))
    }

    @Sendable
    func decide(_ request: Request, _ context: ServiceContext) async throws -> Reply<Experiment> {
        let asked = try await request.decode(as: DecisionRequest.self, context: context)
        let caller = try context.identity
        let experiment = try await owned(context)
        let name = caller.actor ?? caller.subject
        switch asked.action {
        case .rollback: return .ok(try await decisions.rollBack(experiment.id, reason: asked.reason, by: name))
        case .promote:
            return .ok(
                try await promotion.start(
                    experiment.id, reason: asked.reason, by: name, authorization: request.headers[.authorization]))
        }
    }

    /// An experiment with a capability of the caller's team, or any for an administrator.
    private func owned(_ context: ServiceContext, orService services: Bool = false) async throws -> Experiment {
        let experiment = try await experiments.find(try context.parameter("experiment"))
        let capability = try await catalogue.capability(experiment.capability, within: Self.patience)
        try context.identity.requireOwnership(of: capability.team, orService: services)
        return experiment
    }
}
