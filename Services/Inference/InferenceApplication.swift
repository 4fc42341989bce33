import BlobStore
import Catalogue
import Contracts
import HTTPService
import MeshClient
import OnnxRuntime
import Postgres
import Settings
import Spool

/// Composition root: the one place that names every concrete part of inference.
public func makeInferenceService(_ reader: inout SettingsReader, _ base: ServiceBase) throws -> MeshService {
    let settings = InferenceSettings(&reader, environment: base.environment)
    try reader.finish()

    let database = Database(url: settings.databaseURL.reveal(), schema: ServiceName.inference.schema, logger: base.logger)
    let catalogue = Catalogue(database: database, schema: ServiceName.inference.schema, logger: base.logger)
    let runtime = try Runtime(libraryPath: settings.library ?? "")
    let cache = ModelCache(
        runtime: runtime, blobs: try DirectoryBlobStore(root: settings.blobs), budget: settings.modelBytes, logger: base.logger)
    let engines = EnginePool(threads: settings.engineThreads, queue: settings.queue)
    let spool = try Spool(folder: settings.spool)
    let monitor = MeshClient(
        baseURL: settings.internalURL, peer: .monitor,
        tokens: .credentials(baseURL: settings.internalURL, id: settings.clientID, secret: settings.clientSecret.reveal()))

    return makeService(
        name: .inference, settings: base.http, database: database, logger: base.logger, metrics: base.metrics,
        readiness: [
            ReadinessCheck("catalogue") { if !catalogue.isLoaded { throw Problem(.notReady, "The catalogue has not been read yet.") } }
        ],
        fastRoutes: InferHandler(catalogue: catalogue, cache: cache, engines: engines, spool: spool, logger: base.logger).routes,
        services: [
            catalogue, ModelLoader(catalogue: catalogue, cache: cache, logger: base.logger),
            SpoolShipper(spool, logger: base.logger) { spool, segment, body in
                let path = Path("v1", "monitor", "segments", spool, segment)
                return try await monitor.send(
                    ClientRequest("PUT", path, headers: [("content-type", "application/octet-stream")], body: body)
                ).status
            },
        ],
        beforeStart: {
            try await database.migrate(Catalogue.migrations + [Migration("v0001_inference", PackageResources.v0001_inference_sql)])
        },
        routes: { router in ModelRoutes(catalogue: catalogue, cache: cache, engine: runtime.version).add(to: router) })
}
