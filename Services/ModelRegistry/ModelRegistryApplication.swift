import Contracts
import EventLog
import HTTPService
import Postgres
import Settings

/// Composition root: the one place that names every concrete part of the model-registry.
public func makeModelRegistryService(_ reader: inout SettingsReader, _ base: ServiceBase) throws -> MeshService {
    let url = reader.secret("DATABASE_URL", help: "Postgres, as the role model_registry.")
    try reader.finish()

    let database = Database(url: url.reveal(), schema: ServiceName.modelRegistry.schema, logger: base.logger)
    let log = EventLog()
    let capabilities = CapabilityStore(database: database, log: log)
    let versions = ModelVersionStore(database: database, log: log)
    let reports = SuiteReportStore(database: database, log: log)
    let aliases = AliasStore(database: database, log: log)

    return makeService(
        name: .modelRegistry, settings: base.http, database: database, logger: base.logger, metrics: base.metrics,
        beforeStart: { try await database.migrate([Migration("v0001_registry", PackageResources.v0001_registry_sql)]) },
        routes: { router in
            CapabilityRoutes(capabilities: capabilities, reports: reports, aliases: aliases, versions: versions).add(to: router)
            ModelVersionRoutes(capabilities: capabilities, versions: versions, reports: reports, aliases: aliases).add(to: router)
        })
}
