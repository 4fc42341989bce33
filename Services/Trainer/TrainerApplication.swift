import BlobStore
import Contracts
import Evaluation
import EventLog
import Foundation
import HTTPService
import LinearAlgebra
import MeshClient
import OnnxRuntime
import Postgres
import ServiceLifecycle
import Settings
import Tables

/// Composition root: the one place that names every concrete part of the trainer.
public func makeTrainerService(_ reader: inout SettingsReader, _ base: ServiceBase) throws -> MeshService {
    let settings = TrainerSettings(&reader, environment: base.environment)
    try reader.finish()
    // More threads would change the order of sums, and with it the bytes of a model.
    BLAS.setThreads(1)

    let database = Database(url: settings.databaseURL.reveal(), schema: ServiceName.trainer.schema, logger: base.logger)
    let runs = RunStore(database: database, log: EventLog())
    let suites = SuiteStore(database: database)
    let tokens = TokenSource.credentials(
        baseURL: settings.internalURL, id: settings.clientID, secret: settings.clientSecret.reveal())
    let registry = RegistryPeer(client: MeshClient(baseURL: settings.internalURL, peer: .modelRegistry, tokens: tokens))
    let dataset = DatasetPeer(client: MeshClient(baseURL: settings.internalURL, peer: .dataset, tokens: tokens))
    let blobs = try DirectoryBlobStore(root: settings.blobs)
    let runtime = try Runtime(libraryPath: settings.onnxRuntime ?? "")
    let engine = try TableEngine(libraryPath: settings.duckDB ?? "", folders: [settings.blobs], scratch: ScratchFolder.own())
    let rows = VersionRows(engine: engine, blobs: blobs)

    let artifacts = try ArtifactParts(database: database, blobs: blobs, root: settings.blobs, logger: base.logger)
    let fitting = RecipeFit(runtime: runtime, boosting: settings.xgBoost)
    let training = RunWork(
        runs: runs, registry: registry, dataset: dataset, rows: rows, blobs: blobs, recipes: fitting,
        stores: RecipeStores(blobs: blobs, embeddings: EmbeddingStore(database: database)),
        artifacts: RunArtifacts(artifacts: artifacts.artifacts, owners: artifacts.owners), scratch: ScratchFolder.own())
    let testing = SuiteWork(
        suites: suites, runs: runs, registry: registry, dataset: dataset, rows: rows, blobs: blobs, recipes: fitting,
        machine: MachineMeasure(name: settings.machine, runtime: runtime))
    let variants = VariantStore(database: database)
    let converting = VariantWork(
        variants: variants, registry: registry, dataset: dataset, testing: testing, blobs: blobs, runtime: runtime)
    let logs = RunLogs(database: database)
    let commands = CommandWork(
        training: training, logs: logs, models: LoggedFiles(database: database, files: artifacts.artifacts.files),
        identity: IdentityPeer(client: MeshClient(baseURL: settings.internalURL, peer: .identity, tokens: tokens)),
        tracking: settings.trackingURL.flatMap { TrackingAddress($0) }, hidden: Set([settings.blobs.path, settings.secrets.path]).sorted(),
        logger: base.logger)
    let recipes = RecipeWork(runs: runs, training: training, commands: commands)
    let archives = ArchiveStore(database: database, blobs: blobs)
    let searches = SearchStore(database: database)
    let queue = JobQueue(database: database, standardQuota: settings.teamQuota)
    let workers: [any Service] = (0..<settings.workers).map { index in
        Worker(
            name: "\(base.http.instance)/\(index)", queue: queue,
            works: [.run: recipes, .suite: testing, .search: SearchWork(searches: searches, blobs: blobs), .variants: converting],
            lease: settings.lease, logger: base.logger)
    }

    let tracking = TrackingParts(database: database, key: Array(base.http.cursorKey.reveal().utf8))

    return makeService(
        name: .trainer, settings: base.http, database: database, logger: base.logger, metrics: base.metrics,
        services: workers + [RetrainStore(database: database, logger: base.logger).reader, artifacts.sweep],
        beforeStart: { try await database.migrate(TrainerMigrations.all) },
        routes: { router in
            tracking.add(to: router)
            artifacts.add(to: router)
            VariantRoutes(variants: variants, registry: registry).add(to: router)
            RunRoutes(runs: runs, registry: registry, archives: archives).add(to: router)
            ArchiveRoutes(archives: archives).add(to: router)
            LogRoutes(runs: runs, logs: logs).add(to: router)
            JobManifestRoutes(runs: runs, url: settings.internalURL).add(to: router)
            ReproduceRoutes(runs: runs).add(to: router)
            SearchRoutes(searches: searches, runs: runs, registry: registry, dataset: dataset).add(to: router)
            QuotaRoutes(quotas: QuotaStore(queue: queue)).add(to: router)
            SuiteRoutes(suites: suites, runs: runs, registry: registry).add(to: router)
            SuiteReadRoutes(suites: suites, registry: registry, dataset: dataset, rows: rows, blobs: blobs).add(to: router)
        })
}
