import BlobStore
import Contracts
import Foundation
import HTTPService
import Hummingbird
import Logging
import MeshClient
import Postgres
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
    private let engine: BatchEngine

    init(
        _ settings: BatchSettings, blobs: URL, client: MeshClient, database: Database, engine: BatchEngine, instance: String, logger: Logger
    ) throws {
        let scratch = ScratchFolder()
        let cores = ProcessInfo.processInfo.activeProcessorCount
        tables = try TableEngine(
            libraryPath: settings.duckDB ?? "", folders: [blobs], scratch: scratch.url,
            limits: .init(memory: settings.memory, threads: 1, statements: settings.workers * 2 + cores, time: Self.statementTime))
        versions = VersionRows(engine: tables, blobs: try DirectoryBlobStore(root: blobs))
        dataset = DatasetPeer(client: client)
        folders = try BatchFolders(blobs: blobs, scratch: scratch.url)
        store = BatchStore(database: database)
        files = BatchFileStore(database: database, blobs: folders.files)
        self.engine = engine
        let metrics = BatchMetrics()
        let preparation = BatchPreparation(
            store: store, folders: folders, tables: tables, versions: versions, engine: engine, mostShardRows: settings.shardRows)
        let shard = BatchShard(
            store: store, folders: folders, tables: tables, engine: engine, metrics: metrics, inFlight: cores + 1)
        let join = BatchJoin(store: store, folders: folders, files: files, tables: tables, metrics: metrics)
        let (store, folders) = (store, folders)
        let workers: [any Service] = (0..<settings.workers).map { index in
            BatchWorker(
                name: "\(instance)/\(index)", queue: BatchTaskQueue(database: database), store: store, folders: folders,
                preparation: preparation, shard: shard, join: join, lease: settings.lease, logger: logger)
        }
        let pruning = BatchPruning(
            store: store, files: files, folders: folders, retention: settings.retention, pause: Self.pruningPause, logger: logger)
        services = [scratch] + workers + [pruning]
    }

    func addRoutes(to router: Router<ServiceContext>) {
        BatchRoutes(store: store, files: files, dataset: dataset, engine: engine, blobs: folders.files).add(to: router)
        FileRoutes(files: files, folders: folders).add(to: router)
    }
}
