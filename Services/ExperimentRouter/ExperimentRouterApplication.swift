import Catalogue
import Contracts
import HTTPService
import MeshClient
import Postgres
import Settings

/// Composition root: the one place that names every concrete part of the experiment-router.
public func makeExperimentRouterService(_ reader: inout SettingsReader, _ base: ServiceBase) throws -> MeshService {
    let settings = ExperimentRouterSettings(&reader)
    try reader.finish()

    let schema = ServiceName.experimentRouter.schema
    let database = Database(url: settings.databaseURL.reveal(), schema: schema, logger: base.logger)
    let catalogue = Catalogue(database: database, schema: schema, logger: base.logger)
    let inference = MeshClient(baseURL: settings.internalURL, peer: .inference, tokens: nil)

    return makeService(
        name: .experimentRouter, settings: base.http, database: database, logger: base.logger, metrics: base.metrics,
        readiness: [
            ReadinessCheck("catalogue") { if !catalogue.isLoaded { throw Problem(.notReady, "The catalogue has not been read yet.") } }
        ],
        fastRoutes: DataPath(catalogue: catalogue, inference: inference).routes,
        services: [catalogue],
        beforeStart: {
            try await database.migrate(Catalogue.migrations + [Migration("v0001_router", PackageResources.v0001_router_sql)])
        },
        routes: { _ in })
}
