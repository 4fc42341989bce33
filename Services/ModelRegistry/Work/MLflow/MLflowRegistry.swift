import Contracts
import Cryptography
import EventLog
import Foundation
import HTTPService
import Hummingbird
import MLflow
import MeshClient
import Postgres
import ServiceLifecycle
import Settings

/// The parts of the registry that speak to MLflow's clients.
struct MLflowRegistry: Sendable {
    static var migrations: [Migration] { [EventReader.migration, Migration("v0004_mlflow", PackageResources.v0004_mlflow_sql)] }

    private let models: RegisteredModelRoutes
    private let versions: RegisteredVersionRoutes
    private let webhooks: WebhookRoutes

    /// What runs beside the requests.
    let services: [any Service]

    init(
        _ settings: MLflowRegistrySettings, _ base: ServiceBase, database: Database, versions: ModelVersionStore, aliases: AliasStore
    ) {
        let registered = RegisteredVersionStore(database: database)
        let models = RegisteredModelStore(database: database)
        let tags = RegisteredTagStore(database: database)
        let moves = RegisteredAliasStore(database: database, aliases: aliases)
        let secret = Array(base.http.cursorKey.reveal().utf8)
        let tokens = PageTokenCodec(key: secret)
        let searches = RegistrySearches(store: RegisteredSearchStore(database: database), tokens: tokens)
        let maker = VersionMaker(
            registered: registered, models: models, versions: versions, artifacts: ArtifactPeer(client: settings.trainer))
        let hooks = WebhookStore(database: database, key: secret)
        let sender = WebhookSender(allowsPrivate: settings.allowsPrivateWebhooks)

        self.models = RegisteredModelRoutes(models: models, versions: registered, tags: tags, aliases: moves, searches: searches)
        self.versions = RegisteredVersionRoutes(
            versions: registered, stages: RegisteredStageStore(database: database, aliases: aliases), tags: tags, aliases: moves,
            maker: maker, searches: searches)
        webhooks = WebhookRoutes(webhooks: hooks, sender: sender, tokens: tokens)
        services = [
            MeshChangeStore(database: database, logger: base.logger, metrics: base.metrics).reader,
            WebhookWorker(outbox: WebhookOutbox(database: database), webhooks: hooks, sender: sender, logger: base.logger),
        ]
    }

    func add(to router: Router<ServiceContext>) {
        models.add(to: router)
        versions.add(to: router)
        webhooks.add(to: router)
    }
}
