import Contracts
import Foundation
import HTTPService
import Hummingbird
import Logging
import MeshClient
import Observability
import ServiceTestSupport
import Synchronization

/// The model-registry, the dataset service and identity as the trainer meets them: a real server with their routes, which checks tokens.
final class Peers: Sendable {
    struct State {
        var capabilities: [String: CapabilityRecord] = [:]
        var versions: [ModelVersion] = []
        var champion: Int?
        var reports: [SuiteReport] = []
        var variants: [ModelVariant] = []
        var datasets: [String: [DatasetVersion]] = [:]
        /// The team that owns every dataset.
        var datasetTeam = "documents"
        /// How often a model was sent to be registered.
        var registrations = 0
        /// Credentials that were asked for, and the names of those that were ended.
        var attempts: [NewAttempt] = []
        var revoked: [String] = []
        /// Answers 503 to everything but tokens.
        var isAway = false
    }

    private let state = Mutex(State())
    private let authority = TestAuthority()

    var now: State { state.withLock { $0 } }

    func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }

    /// A client of the server with the trainer's own token.
    func client(_ url: String) -> MeshClient {
        MeshClient(baseURL: url, peer: .modelRegistry, tokens: .credentials(baseURL: url, id: "trainer", secret: "secret"))
    }

    /// The server, with the rows of the table that the trainer calls.
    func service() -> MeshService {
        makeService(
            name: .modelRegistry, settings: authority.settings(), logger: Logger(label: "peers") { _ in SwiftLogNoOpLogHandler() },
            metrics: PrometheusRegistry()
        ) { router in
            router.post("/v1/identity/token") { [authority] _, _ in
                Reply(TokenReply(access_token: authority.service(.trainer), token_type: "Bearer", expires_in: 300, scope: "service"))
            }
            router.post("/v1/identity/attempts") { [authority] request, context in
                let asked = try await request.decode(as: NewAttempt.self, context: context)
                self.change { $0.attempts.append(asked) }
                let token = authority.token(subject: "attempt:\(asked.run).\(asked.attempt)", scopes: [.read, .build], team: asked.team)
                return Reply.created(
                    TokenReply(access_token: token, token_type: "Bearer", expires_in: asked.seconds, scope: "build read"))
            }
            router.delete("/v1/identity/attempts/{attempt}") { _, context in
                let name = try context.parameter("attempt")
                self.change { $0.revoked.append(name) }
                return NoContent()
            }
            addRegistry(to: router)
            addVariants(to: router)
            addDatasets(to: router)
        }
    }

    private func addRegistry(to router: Router<ServiceContext>) {
        router.get("/v1/registry/capabilities/{capability}") { _, context in
            let name = try context.name("capability")
            guard let record = try self.present().capabilities[name] else { throw Problem(.capabilityUnknown) }
            return Reply(record)
        }
        router.get("/v1/registry/models/{model}/versions") { request, context in
            let (model, run) = (try context.name("model"), try request.query("run"))
            let found = try self.present().versions.filter { $0.capability == model && (run == nil || $0.run == run) }
            return Reply(Page(items: found))
        }
        router.get("/v1/registry/models/{model}/versions/{version}") { _, context in
            let (model, reference) = (try context.name("model"), try context.parameter("version"))
            let present = try self.present()
            let number = reference == "champion" ? present.champion : Int(reference)
            guard let version = present.versions.first(where: { $0.capability == model && $0.version == number }) else {
                throw Problem(.versionUnknown)
            }
            return Reply(version)
        }
        router.post("/v1/registry/models/{model}/versions") { request, context in
            let asked = try await request.decode(as: NewModelVersion.self, context: context)
            _ = try self.present()
            return Reply(try self.register(asked, model: try context.name("model")))
        }
        router.post("/v1/registry/models/{model}/versions/{version}/reports") { request, context in
            let report = try await request.decode(as: SuiteReport.self, context: context)
            _ = try self.present()
            self.change { state in
                if !state.reports.contains(where: { $0.id == report.id }) { state.reports.append(report) }
            }
            return Reply.created(self.now.reports.first { $0.id == report.id } ?? report)
        }
    }

    private func addVariants(to router: Router<ServiceContext>) {
        router.post("/v1/registry/models/{model}/versions/{version}/variants") { request, context in
            let variant = try await request.decode(as: ModelVariant.self, context: context)
            _ = try self.present()
            self.change { state in
                if !state.variants.contains(where: { $0.id == variant.id }) { state.variants.append(variant) }
            }
            return Reply.created(self.now.variants.first { $0.id == variant.id } ?? variant)
        }
    }

    private func addDatasets(to router: Router<ServiceContext>) {
        router.get("/v1/dataset/datasets/{dataset}") { _, context in
            let name = try context.name("dataset")
            let present = try self.present()
            guard let versions = present.datasets[name] else { throw Problem(.datasetUnknown) }
            return Reply(DatasetRecord(name: name, team: present.datasetTeam, latestVersion: versions.last?.number, createdAt: .now))
        }
        router.get("/v1/dataset/datasets/{dataset}/versions/{version}") { _, context in
            let (name, number) = (try context.name("dataset"), try context.number("version"))
            guard let version = try self.present().datasets[name]?.first(where: { $0.number == number }) else {
                throw Problem(.datasetVersionUnknown)
            }
            return Reply(version)
        }
    }

    private func present() throws -> State {
        let state = now
        if state.isAway { throw Problem(.notReady) }
        return state
    }

    /// A run registers one version, as the registry has it.
    private func register(_ asked: NewModelVersion, model: String) throws -> ModelVersion {
        try state.withLock { state in
            state.registrations += 1
            if let known = state.versions.first(where: { $0.capability == model && $0.run == asked.run }) {
                guard known.model == asked.model else { throw Problem(.conflict) }
                return known
            }
            let version = ModelVersion(
                capability: model, version: state.versions.count + 1, model: asked.model, bytes: asked.bytes, run: asked.run,
                dataset: asked.dataset, manifestRevision: asked.manifestRevision, recipe: asked.recipe, parameters: asked.parameters,
                seed: asked.seed, metrics: asked.metrics, aliases: [], createdAt: .now)
            state.versions.append(version)
            return version
        }
    }
}
