import Catalogue
import Contracts
import EventLog
import HTTPService
import MeshClient
import Postgres
import Settings
import Spool

/// Composition root: the one place that names every concrete part of the experiment-router.
public func makeExperimentRouterService(_ reader: inout SettingsReader, _ base: ServiceBase) throws -> MeshService {
    let settings = ExperimentRouterSettings(&reader)
    try reader.finish()

    let schema = ServiceName.experimentRouter.schema
    let database = Database(url: settings.databaseURL.reveal(), schema: schema, logger: base.logger)
    let catalogue = Catalogue(database: database, schema: schema, logger: base.logger)
    let peers = try ExperimentRouterPeers(settings)
    let experiments = ExperimentStore(database: database, log: EventLog())
    let decisions = DecisionStore(experiments: experiments)
    let promotion = Promotion(decisions: decisions, registry: RegistryPeer(client: peers.registry))
    let running = RunningExperiments(store: experiments, logger: base.logger)
    let spool = try Spool(folder: settings.spool)
    let dataPath = DataPath(
        catalogue: catalogue, experiments: running, inference: peers.inference, mirror: ShadowMirror(client: peers.shadow),
        exposures: ExposureLog(spool: spool))

    return makeService(
        name: .experimentRouter, settings: base.http, database: database, logger: base.logger, metrics: base.metrics,
        readiness: [
            ReadinessCheck("catalogue") { if !catalogue.isLoaded { throw Problem(.notReady, "The catalogue has not been read yet.") } },
            ReadinessCheck("experiments") { if !running.isLoaded { throw Problem(.notReady, "The experiments have not been read yet.") } },
        ],
        fastRoutes: dataPath.routes,
        services: [
            catalogue, running, PromotionCompletion(promotion: promotion, logger: base.logger),
            SpoolShipper(spool, logger: base.logger, put: peers.ship),
        ],
        beforeStart: { try await database.migrate(Catalogue.migrations + ExperimentRouterMigrations.all) },
        routes: { router in
            ExperimentRoutes(
                catalogue: catalogue, experiments: experiments, decisions: decisions, promotion: promotion,
                monitor: MonitorPeer(client: peers.monitor)
            ).add(to: router)
            FlagRoutes(catalogue: catalogue, experiments: running).add(to: router)
        })
}

/// The clients of the services that the experiment-router calls.
struct ExperimentRouterPeers: Sendable {
    /// Requests of clients bring their own tokens.
    let inference: InferenceClient
    /// Copies of requests, apart from the requests.
    let shadow: MeshClient
    let registry: MeshClient
    let monitor: MeshClient

    init(_ settings: ExperimentRouterSettings) throws {
        let url = settings.internalURL
        let tokens = TokenSource.credentials(baseURL: url, id: settings.clientID, secret: settings.clientSecret.reveal())
        inference = try InferenceClient(baseURL: url)
        shadow = MeshClient(baseURL: url, peer: .inference, tokens: nil, breaking: .connections)
        registry = MeshClient(baseURL: url, peer: .modelRegistry, tokens: tokens)
        monitor = MeshClient(baseURL: url, peer: .monitor, tokens: tokens)
    }

    /// Puts a segment of the spool to the monitor.
    @Sendable
    func ship(_ spool: String, _ segment: String, _ body: [UInt8]) async throws -> Int {
        try await monitor.send(
            ClientRequest(
                "PUT", Path("v1", "monitor", "segments", spool, segment), headers: [("content-type", "application/octet-stream")],
                body: body)
        ).status
    }
}

/// Steps of the schema, in order.
enum ExperimentRouterMigrations {
    static var all: [Migration] {
        [
            Migration("v0001_router", PackageResources.v0001_router_sql),
            Migration("v0002_decisions", PackageResources.v0002_decisions_sql),
        ]
    }
}
