import Catalogue
import Contracts
import HTTPService
import Hummingbird

/// What the arms of experiments did.
struct OutcomeRoutes: Sendable {
    let experiments: ExperimentStore
    let catalogue: Catalogue

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/monitor/experiments/{experiment}/outcomes", use: outcomes)
    }

    /// The present phase and the experiment's KPI, unless the query says otherwise. Who says both need not wait for the experiment's event.
    @Sendable
    func outcomes(_ request: Request, _ context: ServiceContext) async throws -> Reply<ExperimentOutcomes> {
        let id = try context.parameter("experiment")
        let phase = try request.query("phase", in: 0...Int(Int32.max), default: 0)
        let kpi = try request.query("kpi")
        if let kpi, !(1...100).contains(kpi.utf8.count) { throw FieldFault("kpi", expected: "the name of a KPI, 1 to 100 bytes") }
        let known = try await experiments.find(id)
        let capability = known.flatMap { catalogue.capability($0.capability) }
        let caller = try context.identity
        if let capability {
            try caller.requireOwnership(of: capability.team, orService: true)
        } else if caller.kind != .service, !caller.isAdministrator {
            throw Problem(.experimentUnknown, "There is no experiment \(id).")
        }
        guard let shown = phase > 0 ? phase : known?.phase, let name = kpi ?? known?.kpi else {
            throw Problem(.experimentUnknown, "There is no experiment \(id).")
        }
        return .ok(try await experiments.outcomes(id, phase: shown, kpi: name, teams: capability?.callers))
    }
}

extension CatalogueCapability {
    /// The teams that may call it.
    fileprivate var callers: [String] { [team] + (manifest.access?.callers ?? []) }
}
