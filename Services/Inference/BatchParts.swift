import BlobStore
import Contracts
import Foundation
import HTTPService
import Hummingbird
import Logging
import MeshClient
import Postgres
import Scheduling
import ServiceLifecycle
import Tables

/// Batch inference put together: its routes, its workers and what they share.
struct BatchParts: Sendable {
    /// Between two rounds of pruning.
    private static let pruningPause: Duration = .seconds(600)
    /// A statement of a request may take so long; those of workers bring a limit of their own.
    private static let statementTime: Duration = .seconds(30)

    /// One thread a statement: rows keep their order, files come out the same again, and as many statements run as there is work.
    let tables: TableEngine
    let versions: VersionRows
    let dataset: DatasetPeer
    let store: BatchStore
    let files: BatchFileStore
    let folders: BatchFolders
    let services: [any Service]
    /// Where tasks do what nobody waits for.
    let idle: IdleExecutor
    private let engine: BatchEngine
    private let bell = BatchBell()

    init(
        _ settings: BatchSettings, blobs: URL, client: MeshClient, database: Database, engine: BatchEngine, instance: String, logger: Logger
    ) throws {
        let scratch = ScratchFolder()
        let cores = ProcessInfo.processInfo.activeProcessorCount
        tables = try TableEngine(
            libraryPath: settings.duckDB ?? "", folders: [blobs], scratch: scratch.url,
            limits: .init(
                memory: settings.memory, threads: 1, statements: settings.workers * 2 + cores, time: Self.statementTime, isBackground: true)
        )
        versions = VersionRows(engine: tables, blobs: try DirectoryBlobStore(root: blobs))
        dataset = DatasetPeer(client: client)
        folders = try BatchFolders(blobs: blobs, scratch: scratch.url)
        store = BatchStore(database: database)
        files = BatchFileStore(database: database, blobs: folders.files)
        self.engine = engine
        let metrics = BatchMetrics()
        idle = IdleExecutor(name: "jobs", threads: settings.workers + 1)
        let pipeline = BatchPipeline(tables: tables, engine: engine, mostShardRows: settings.shardRows, inFlight: cores + 1)
        let preparation = BatchPreparation(store: store, folders: folders, versions: versions, pipeline: pipeline)
        let shard = BatchShard(store: store, folders: folders, pipeline: pipeline, metrics: metrics, bell: bell)
        let join = BatchJoin(store: store, folders: folders, files: files, pipeline: pipeline, metrics: metrics, logger: logger)
        let (store, folders, bell, idle) = (store, folders, bell, idle)
        let workers: [any Service] = (0..<settings.workers).map { index in
            BatchWorker(
                name: "\(instance)/\(index)", queue: BatchTaskQueue(database: database), store: store, folders: folders,
                preparation: preparation, shard: shard, join: join, bell: bell, idle: idle, lease: settings.lease, logger: logger)
        }
        let pruning = BatchPruning(
            store: store, files: files, folders: folders, retention: settings.retention, pause: Self.pruningPause, logger: logger)
        services = [scratch] + workers + [pruning]
    }

    func addRoutes(to router: Router<ServiceContext>) {
        BatchRoutes(store: store, files: files, dataset: dataset, engine: engine, blobs: folders.files, bell: bell).add(to: router)
        FileRoutes(files: files, folders: folders).add(to: router)
    }
}
