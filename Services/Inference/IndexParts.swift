import Foundation
import HTTPService
import Hummingbird
import LinearAlgebra
import Logging
import Postgres
import ServiceLifecycle

/// Similarity search put together: its routes and its worker.
struct IndexParts: Sendable {
    /// A killed worker's build is taken up after this time.
    private static let lease: Duration = .seconds(10)

    let services: [any Service]
    private let routes: IndexRoutes

    /// - Parameter builds: whether this instance builds indexes, beside searching them.
    init(
        _ parts: ServingParts, _ scheduler: Scheduler, _ batch: BatchParts, engine: BatchEngine, blobs: URL, database: Database,
        builds: Bool, instance: String, logger: Logger
    ) throws {
        // A search keeps one core: several of them share the machine with the engine.
        BLAS.setThreads(1)
        let store = IndexStore(database: database)
        let erasures = IndexErasures(database: database)
        let segments = try IndexSegments(blobs: blobs, erasures: erasures)
        let garbage = IndexGarbage(database: database, files: segments.files)
        let builder = IndexBuilder(
            store: store, erasures: erasures, garbage: garbage, segments: segments, directory: parts.directory, engine: engine,
            dataset: batch.dataset,
            versions: batch.versions,
            tables: batch.tables, scratch: batch.folders.scratch)
        let worker = IndexWorker(
            name: instance, store: store, builder: builder, idle: batch.idle, lease: Self.lease, logger: logger)
        let upkeep = IndexUpkeep(store: store, garbage: garbage, segments: segments, logger: logger)
        services = [IndexFreshness(database: database, logger: logger).reader, upkeep] + (builds ? [worker] : [])
        routes = IndexRoutes(
            directory: parts.directory, cache: parts.cache, scheduler: scheduler, store: store, erasures: erasures, segments: segments,
            dataset: batch.dataset)
    }

    func addRoutes(to router: Router<ServiceContext>) { routes.add(to: router) }
}
