import BlobStore
import Contracts
import Evaluation
import EventLog
import Foundation
import HTTPService
import Hummingbird
import Logging
import MeshClient
import OnnxRuntime
import Postgres
import ServiceLifecycle
import Settings
import Tables

/// Every concrete part of the trainer.
struct TrainerParts: Sendable {
    let database: Database
    let runs: RunStore
    let suites: SuiteStore
    let registry: RegistryPeer
    let dataset: DatasetPeer
    let blobs: DirectoryBlobStore
    let rows: VersionRows
    let artifacts: ArtifactParts
    let variants: VariantStore
    let logs: RunLogs
    let archives: ArchiveStore
    let searches: SearchStore
    let queue: JobQueue
    let workers: [any Service]
    let tracking: TrackingParts
    private let internalURL: String
    private let logger: Logger

    init(_ settings: TrainerSettings, _ base: ServiceBase) throws {
        internalURL = settings.internalURL
        logger = base.logger
        database = Database(url: settings.databaseURL.reveal(), schema: ServiceName.trainer.schema, logger: base.logger)
        runs = RunStore(database: database, log: EventLog())
        suites = SuiteStore(database: database)
        let tokens = TokenSource.credentials(baseURL: internalURL, id: settings.clientID, secret: settings.clientSecret.reveal())
        registry = RegistryPeer(client: MeshClient(baseURL: internalURL, peer: .modelRegistry, tokens: tokens))
        dataset = DatasetPeer(client: MeshClient(baseURL: internalURL, peer: .dataset, tokens: tokens))
        blobs = try DirectoryBlobStore(root: settings.blobs)
        let runtime = try Runtime(libraryPath: settings.onnxRuntime ?? "")
        let engine = try TableEngine(libraryPath: settings.duckDB ?? "", folders: [settings.blobs], scratch: ScratchFolder.own())
        rows = VersionRows(engine: engine, blobs: blobs)
        artifacts = try ArtifactParts(database: database, blobs: blobs, root: settings.blobs, logger: base.logger)
        let fitting = RecipeFit(runtime: runtime, boosting: settings.xgBoost)
        let training = RunWork(
            runs: runs, registry: registry, dataset: dataset, rows: rows, blobs: blobs, recipes: fitting,
            stores: RecipeStores(blobs: blobs, embeddings: EmbeddingStore(database: database)),
            artifacts: RunArtifacts(artifacts: artifacts.artifacts, owners: artifacts.owners), scratch: ScratchFolder.own())
        let testing = SuiteWork(
            suites: suites, runs: runs, registry: registry, dataset: dataset, rows: rows, blobs: blobs, recipes: fitting,
            machine: MachineMeasure(name: settings.machine, runtime: runtime))
        variants = VariantStore(database: database)
        let converting = VariantWork(
            variants: variants, registry: registry, dataset: dataset, testing: testing, blobs: blobs, runtime: runtime)
        logs = RunLogs(database: database)
        let commands = CommandWork(
            training: training, logs: logs, models: LoggedFiles(database: database, files: artifacts.artifacts.files),
            identity: IdentityPeer(client: MeshClient(baseURL: internalURL, peer: .identity, tokens: tokens)),
            tracking: settings.trackingURL.flatMap { TrackingAddress($0) },
            hidden: Set([settings.blobs.path, settings.secrets.path]).sorted(), trusted: settings.trustsCommands, logger: base.logger)
        let recipes = RecipeWork(runs: runs, training: training, commands: commands)
        archives = ArchiveStore(database: database, blobs: blobs)
        searches = SearchStore(database: database)
        queue = JobQueue(database: database, standardQuota: settings.teamQuota)
        workers = (0..<settings.workers).map { [queue, searches, blobs] index in
            Worker(
                name: "\(base.http.instance)/\(index)", queue: queue,
                works: [.run: recipes, .suite: testing, .search: SearchWork(searches: searches, blobs: blobs), .variants: converting],
                lease: settings.lease, logger: base.logger)
        }
        tracking = TrackingParts(database: database, key: Array(base.http.cursorKey.reveal().utf8))
    }

    /// Loops that outlive a request.
    var services: [any Service] { workers + [RetrainStore(database: database, logger: logger).reader, artifacts.sweep] }

    func add(to router: Router<ServiceContext>) {
        tracking.add(to: router)
        artifacts.add(to: router)
        VariantRoutes(variants: variants, registry: registry).add(to: router)
        RunRoutes(runs: runs, registry: registry, archives: archives).add(to: router)
        ArchiveRoutes(archives: archives).add(to: router)
        LogRoutes(runs: runs, logs: logs).add(to: router)
        JobManifestRoutes(runs: runs, url: internalURL).add(to: router)
        ReproduceRoutes(runs: runs).add(to: router)
        SearchRoutes(searches: searches, runs: runs, registry: registry, dataset: dataset).add(to: router)
        QuotaRoutes(quotas: QuotaStore(queue: queue)).add(to: router)
        SuiteRoutes(suites: suites, runs: runs, registry: registry).add(to: router)
        SuiteReadRoutes(suites: suites, registry: registry, dataset: dataset, rows: rows, blobs: blobs).add(to: router)
    }
}
