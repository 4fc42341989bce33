import Catalogue
import Contracts
import EventLog
import HTTPService
import MeshClient
import Postgres
import Settings

/// Composition root: the one place that names every concrete part of labeling.
public func makeLabelingService(_ reader: inout SettingsReader, _ base: ServiceBase) throws -> MeshService {
    let settings = LabelingSettings(&reader)
    try reader.finish()

    let schema = ServiceName.labeling.schema
    let database = Database(url: settings.databaseURL.reveal(), schema: schema, logger: base.logger)
    let catalogue = Catalogue(database: database, schema: schema, logger: base.logger)
    let tokens = TokenSource.credentials(
        baseURL: settings.internalURL, id: settings.clientID, secret: settings.clientSecret.reveal())
    let dataset = DatasetPeer(client: MeshClient(baseURL: settings.internalURL, peer: .dataset, tokens: tokens))
    let model = ModelPeer(client: MeshClient(baseURL: settings.internalURL, peer: .inference, tokens: tokens))

    let tasks = TaskStore(database: database)
    let qualities = AnswerQualityCache(answers: ProjectAnswerStore(database: database))
    let projects = ProjectDirectory(store: ProjectStore(database: database), catalogue: catalogue)
    let commits = CommitRun(store: CommitStore(database: database, log: EventLog()), qualities: qualities, dataset: dataset)
    let requests = RowRequest(dataset: dataset, model: model, tasks: tasks) { .random(in: .min ... .max) }

    return makeService(
        name: .labeling, settings: base.http, database: database, logger: base.logger, metrics: base.metrics,
        readiness: [
            ReadinessCheck("catalogue") { if !catalogue.isLoaded { throw Problem(.notReady, "The catalogue has not been read yet.") } }
        ],
        services: [catalogue, CommitRetry(run: commits, projects: projects, pause: settings.commitRetry, logger: base.logger)],
        beforeStart: {
            try await database.migrate(
                Catalogue.migrations + [
                    Migration("v0001_labeling", PackageResources.v0001_labeling_sql),
                    Migration("v0002_refused", PackageResources.v0002_refused_sql),
                ])
        },
        routes: { router in
            PageRoutes().add(to: router)
            ProjectRoutes(projects: projects, progress: ProgressStore(database: database), qualities: qualities).add(to: router)
            TaskRoutes(projects: projects, tasks: tasks, requests: requests).add(to: router)
            LeaseRoutes(
                projects: projects, tasks: tasks, leases: LeaseStore(database: database, period: settings.lease),
                annotations: AnnotationStore(database: database)
            ) { .random(in: 0..<1) }.add(to: router)
            CommitRoutes(projects: projects, commits: commits).add(to: router)
        })
}
