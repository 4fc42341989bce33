import Catalogue
import Contracts
import EventLog
import HTTPService
import Logging
import MeshClient
import Postgres
import Settings

/// Composition root: the one place that names every concrete part of the monitor.
public func makeMonitorService(_ reader: inout SettingsReader, _ base: ServiceBase) throws -> MeshService {
    let settings = MonitorSettings(&reader)
    try reader.finish()
    let tokens = TokenSource.credentials(
        baseURL: settings.internalURL, id: settings.clientID, secret: settings.clientSecret.reveal())
    let labeling = MeshClient(baseURL: settings.internalURL, peer: .labeling, tokens: tokens)
    return try makeMonitorService(settings, labeling: labeling, base)
}

/// The monitor with a given way to labeling.
func makeMonitorService(_ settings: MonitorSettings, labeling: MeshClient, _ base: ServiceBase) throws -> MeshService {
    let database = Database(url: settings.databaseURL.reveal(), schema: ServiceName.monitor.schema, logger: base.logger)
    let log = EventLog()
    let catalogue = Catalogue(database: database, schema: ServiceName.monitor.schema, logger: base.logger)
    let predictions = PredictionStore(database: database)
    let alarms = AlarmStore(database: database, log: log)
    let watches = WatchStore(database: database, alarms: alarms)
    let jobs = LabelingJobStore(database: database, alarms: alarms)
    let experiments = ExperimentStore(database: database)

    return makeService(
        name: .monitor, settings: base.http, database: database, logger: base.logger, metrics: base.metrics,
        readiness: [
            ReadinessCheck("catalogue") { if !catalogue.isLoaded { throw Problem(.notReady, "The catalogue has not been read yet.") } }
        ],
        services: [
            catalogue, experiments.reader(logger: base.logger),
            Watcher(
                catalogue: catalogue, predictions: predictions, watches: watches, interval: settings.watchInterval, logger: base.logger),
            LabelingCourier(jobs: jobs, labeling: labeling, interval: settings.watchInterval, logger: base.logger),
            Pruning(store: RetentionStore(database: database), days: settings.retentionDays, logger: base.logger),
        ],
        beforeStart: {
            try await database.migrate(
                Catalogue.migrations + [
                    Migration("v0001_monitor", PackageResources.v0001_monitor_sql),
                    Migration("v0002_promotions", PackageResources.v0002_promotions_sql),
                    Migration("v0003_teams", PackageResources.v0003_teams_sql),
                ])
        },
        routes: { router in
            ConsoleRoutes().add(to: router)
            SegmentRoutes(segments: SegmentStore(database: database)).add(to: router)
            FeedbackRoutes(feedback: FeedbackStore(database: database), predictions: predictions, catalogue: catalogue).add(to: router)
            PredictionRoutes(predictions: predictions, catalogue: catalogue).add(to: router)
            HealthRoutes(watches: watches, alarms: alarms, catalogue: catalogue).add(to: router)
            OutcomeRoutes(experiments: experiments, catalogue: catalogue).add(to: router)
        })
}
