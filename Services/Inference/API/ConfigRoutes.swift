import Contracts
import HTTPService
import Hummingbird

/// The configuration of models (Triton's model configuration extension).
struct ConfigRoutes: Sendable {
    let directory: ModelDirectory
    let cache: ModelCache
    /// Requests of one model that run at once.
    let instances: Int

    func add(to router: Router<ServiceContext>) {
        router.get("/v2/models/{model}/config", use: read)
        router.get("/v2/models/{model}/versions/{version}/config", use: read)
    }

    @Sendable
    func read(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let model = try directory.model(try context.parameter("model"), for: try context.identity)
        let version = try context.version(of: model)
        var settings = version?.settings ?? ModelSettings(model.manifest?.serving)
        var chosen = settings.batching == nil ? BatchingChoice.unmeasured : .declared
        if let lane = version.flatMap({ cache.lane(of: $0) }) {
            if settings.batching == nil { chosen = .measured(lane.trial.gain?.share) }
            settings.batching = lane.batching
        }
        return Reply(
            ModelConfiguration(
                name: model.name, interface: version?.interface ?? model.interface, settings: settings, instances: instances, chosen: chosen
            ).json)
    }
}
