import BlobStore
import Catalogue
import Contracts
import EventLog
import Foundation
import HTTPService
import Postgres
import Settings
import Tables

/// Composition root: the one place that names every concrete part of the dataset service.
public func makeDatasetService(_ reader: inout SettingsReader, _ base: ServiceBase) throws -> MeshService {
    let settings = DatasetSettings(&reader, environment: base.environment)
    try reader.finish()

    let schema = ServiceName.dataset.schema
    let database = Database(url: settings.databaseURL.reveal(), schema: schema, logger: base.logger)
    let catalogue = Catalogue(database: database, schema: schema, logger: base.logger)
    let blobs = try DirectoryBlobStore(root: settings.blobs)
    let scratch = FileManager.default.temporaryDirectory.appending(path: "mlmesh-dataset-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    let engine = try TableEngine(
        libraryPath: settings.library ?? "", folders: [settings.blobs], scratch: scratch, limits: .init(memory: settings.memory))

    let datasets = DatasetStore(database: database)
    let versions = VersionStore(database: database, log: EventLog())
    let capabilities = CapabilityDirectory(catalogue: catalogue)
    let tables = VersionTables(engine: engine, blobs: blobs)
    let commit = VersionCommit(datasets: datasets, versions: versions, tables: tables, blobs: blobs, scratch: scratch)

    return makeService(
        name: .dataset, settings: base.http, database: database, logger: base.logger, metrics: base.metrics,
        readiness: [
            ReadinessCheck("catalogue") { if !catalogue.isLoaded { throw Problem(.notReady, "The catalogue has not been read yet.") } },
            ReadinessCheck("blobs") { _ = try await blobs.put(Array("ready".utf8)) },
            ReadinessCheck("tables") { _ = try await engine.query("SELECT 1") },
        ],
        services: [catalogue, ScratchFolder(url: scratch)],
        beforeStart: {
            try await database.migrate(Catalogue.migrations + [Migration("v0001_dataset", PackageResources.v0001_dataset_sql)])
        },
        routes: { router in
            DatasetRoutes(datasets: datasets, versions: versions, capabilities: capabilities, tables: tables).add(to: router)
            VersionRoutes(datasets: datasets, versions: versions, capabilities: capabilities, commit: commit).add(to: router)
            RowRoutes(datasets: datasets, versions: versions, capabilities: capabilities, tables: tables).add(to: router)
        })
}
