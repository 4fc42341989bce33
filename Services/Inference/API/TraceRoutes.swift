import Contracts
import HTTPService
import Hummingbird

/// Which requests write traces (Triton's trace extension): settings of the service, and of single models.
struct TraceRoutes: Sendable {
    let directory: ModelDirectory
    let settings: SettingsFollower

    func add(to router: Router<ServiceContext>) {
        router.get("/v2/trace/setting", use: read)
        router.post("/v2/trace/setting", use: change)
        router.get("/v2/models/{model}/trace/setting", use: read)
        router.post("/v2/models/{model}/trace/setting", use: change)
    }

    @Sendable
    func read(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        Reply(settings.tracer.settings(of: try model(context)).json)
    }

    @Sendable
    func change(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let model = try model(context)
        let place = model.map { SettingsPlace.modelTrace($0) } ?? .trace
        try await settings.change(place, by: try await request.members(context: context), caller: try context.identity)
        return Reply(settings.tracer.settings(of: model).json)
    }

    /// The model that the path names; nil where it names none.
    private func model(_ context: ServiceContext) throws -> String? {
        guard context.parameters.get("model") != nil else { return nil }
        return try directory.model(try context.parameter("model"), for: try context.identity).name
    }
}
