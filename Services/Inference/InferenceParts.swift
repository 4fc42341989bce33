import BlobStore
import Catalogue
import Contracts
import Foundation
import HTTPService
import Hummingbird
import MeshClient
import Observability
import OnnxRuntime
import Postgres
import ServiceLifecycle
import Settings
import Spool

/// Inference in the mesh put together: what its routes and services share.
struct InferenceParts: Sendable {
    let database: Database
    let serving: ServingParts
    private let settings: InferenceSettings
    private let base: ServiceBase
    private let catalogue: Catalogue
    private let desires: DesireStore
    private let instances: InstanceStore
    private let goodVersions: GoodVersionStore
    private let states: ModelStates
    private let scheduler: Scheduler
    private let spool: Spool
    private let tracer: RequestTracer
    private let follower: SettingsFollower
    private let batch: BatchParts
    private let indexes: IndexParts

    init(_ settings: InferenceSettings, _ batchSettings: BatchSettings, _ base: ServiceBase) throws {
        self.settings = settings
        self.base = base
        database = Database(url: settings.databaseURL.reveal(), schema: ServiceName.inference.schema, logger: base.logger)
        catalogue = Catalogue(database: database, schema: ServiceName.inference.schema, logger: base.logger)
        let source = CatalogueSource(catalogue: catalogue, queue: settings.queue)
        let statistics = StatisticsTable()
        let runtime = try Runtime(libraryPath: settings.library ?? "")
        let opener = ModelOpener(runtime: runtime, blobs: try settings.blobStore(), statistics: statistics)
        serving = ServingParts(runtime: runtime, opener: opener, source: source, budget: settings.modelBytes, logger: base.logger)
        let (directory, cache) = (serving.directory, serving.cache)
        desires = DesireStore(database: database)
        instances = InstanceStore(database: database)
        goodVersions = GoodVersionStore(database: database, logger: base.logger)
        states = ModelStates(
            directory: directory, source: source, cache: cache, table: statistics, store: instances,
            instance: "\(base.http.instance)-\(UUID().uuidString)", logger: base.logger)
        base.metrics.collect { [states] in statistics.samples + cache.samples + states.samples }
        let scheduler = Scheduler(threads: settings.engineThreads, queue: settings.queue)
        self.scheduler = scheduler
        spool = try Spool(folder: settings.spool)
        tracer = RequestTracer(logger: base.logger)
        follower = SettingsFollower(
            log: ProcessLog(levels: base.levels), tracer: tracer, store: OperatorSettingsStore(database: database), logger: base.logger)
        let engine = BatchEngine(directory: directory, cache: cache) { model, inputs, outputs in
            try await scheduler.runBatch(model, inputs, outputs: outputs)
        }
        batch = try BatchParts(
            batchSettings, blobs: settings.blobs, client: settings.client(peer: .dataset), database: database, engine: engine,
            instance: base.http.instance, logger: base.logger)
        indexes = try IndexParts(
            serving, scheduler, batch, engine: engine, blobs: settings.blobs, database: database,
            builds: batchSettings.workers > 0, instance: base.http.instance, logger: base.logger)
    }

    var fastRoutes: [FastRoute] {
        let answers = AnswerWriter(log: PredictionLog(spool: spool), tracer: tracer, threads: settings.engineThreads)
        return InferHandler(directory: serving.directory, cache: serving.cache, scheduler: scheduler, answers: answers).routes
            + serving.explanations(scheduler).routes + counts.fastRoutes
    }

    var services: [any Service] {
        let monitor = settings.client(peer: .monitor)
        let shipper = SpoolShipper(spool, logger: base.logger) { spool, segment, body in
            let path = Path("v1", "monitor", "segments", spool, segment)
            return try await monitor.send(ClientRequest("PUT", path, headers: [("content-type", "application/octet-stream")], body: body))
                .status
        }
        return [
            catalogue, serving.loader, follower, DesireFollower(store: desires, desired: serving.desired, logger: base.logger),
            InstanceReporter(states: states, store: instances, logger: base.logger),
            GoodVersionKeeper(
                directory: serving.directory, desired: serving.desired, cache: serving.cache, store: goodVersions, logger: base.logger),
            shipper,
        ] + batch.services + indexes.services
    }

    func addRoutes(to router: Router<ServiceContext>) {
        let directory = serving.directory
        ModelRoutes(directory: directory, cache: serving.cache, states: states, engine: serving.runtime.version).add(to: router)
        ConfigRoutes(directory: directory, cache: serving.cache, instances: settings.engineThreads).add(to: router)
        TraceRoutes(directory: directory, settings: follower).add(to: router)
        LoggingRoutes(settings: follower).add(to: router)
        serving.repositoryRoutes(states: states, desires: desires).add(to: router)
        counts.add(to: router)
        DeclinedRoutes().add(to: router)
        batch.addRoutes(to: router)
        indexes.addRoutes(to: router)
    }

    /// Makes the schema, and learns what was unloaded, which stays so from the first request on, and what served last.
    func prepare() async throws {
        try await database.migrate(Catalogue.migrations + InferenceMigrations.all)
        serving.desired.replace(with: try await desires.all())
        serving.loader.remember(try await goodVersions.all())
    }

    private var counts: StatisticsRoutes {
        StatisticsRoutes(directory: serving.directory) { [states] in await states.statistics(of: $0) }
    }
}

extension InferenceSettings {
    /// A client of another service, by the internal gateway.
    func client(peer: ServiceName) -> MeshClient {
        MeshClient(
            baseURL: internalURL, peer: peer,
            tokens: .credentials(baseURL: internalURL, id: clientID, secret: clientSecret.reveal()))
    }
}
