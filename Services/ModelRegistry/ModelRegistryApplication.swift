import BlobStore
import Contracts
import EventLog
import Foundation
import HTTPService
import Postgres
import Settings

/// Composition root: the one place that names every concrete part of the model-registry.
public func makeModelRegistryService(_ reader: inout SettingsReader, _ base: ServiceBase) throws -> MeshService {
    let url = reader.secret("DATABASE_URL", help: "Postgres, as the role model_registry.")
    let mlflowSettings = MLflowRegistrySettings(&reader)
    let blobs = reader.string("MESH_BLOBS", help: "Folder of the blob store.")
    let given = reader.optional("MESH_ONNXRUNTIME", help: "Path of libonnxruntime.so; .mesh/lib above the working directory when absent.")
    try reader.finish()

    let database = Database(url: url.reveal(), schema: ServiceName.modelRegistry.schema, logger: base.logger)
    let log = EventLog()
    let capabilities = CapabilityStore(database: database, log: log)
    let versions = ModelVersionStore(database: database, log: log)
    let reports = SuiteReportStore(database: database, log: log)
    let aliases = AliasStore(database: database, log: log)
    let mlflow = MLflowRegistry(mlflowSettings, base, database: database, versions: versions, aliases: aliases)

    let store = try DirectoryBlobStore(root: URL(filePath: blobs))
    let library = given ?? LibraryPath.find("libonnxruntime.so", variable: "MESH_ONNXRUNTIME", environment: base.environment)
    let history = AliasHistoryStore(database: database)
    let aliasRoutes = AliasRoutes(
        capabilities: capabilities, aliases: aliases, history: history,
        trial: ModelTrial(blobs: store, library: library))

    let variants = VariantRoutes(
        capabilities: capabilities, versions: versions, variants: VariantStore(database: database),
        keys: DeviceKeyStore(database: database, secret: base.http.cursorKey),
        blobs: store)

    return makeService(
        name: .modelRegistry, settings: base.http, database: database, logger: base.logger, metrics: base.metrics,
        services: mlflow.services,
        beforeStart: {
            try await database.migrate(
                [
                    Migration("v0001_registry", PackageResources.v0001_registry_sql),
                    Migration("v0002_alias_moves", PackageResources.v0002_alias_moves_sql),
                    Migration("v0003_origins", PackageResources.v0003_origins_sql),
                ] + MLflowRegistry.migrations
                    + [
                        Migration("v0005_variants", PackageResources.v0005_variants_sql),
                        Migration("v0006_deleted_versions", PackageResources.v0006_deleted_versions_sql),
                    ])
        },
        routes: { router in
            CapabilityRoutes(capabilities: capabilities, reports: reports, aliases: aliases, versions: versions).add(to: router)
            ModelVersionRoutes(capabilities: capabilities, versions: versions, reports: reports).add(to: router)
            CatalogueRoutes(catalogue: CatalogueStore(database: database, capabilities: capabilities)).add(to: router)
            aliasRoutes.add(to: router)
            LineageRoutes(versions: versions, history: history, reports: reports).add(to: router)
            mlflow.add(to: router)
            variants.add(to: router)
        })
}
