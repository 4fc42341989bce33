import Contracts
import HTTPService
import Hummingbird

/// What the service logs (Triton's logging extension).
struct LoggingRoutes: Sendable {
    let settings: SettingsFollower

    func add(to router: Router<ServiceContext>) {
        router.get("/v2/logging", use: read)
        router.post("/v2/logging", use: change)
    }

    @Sendable
    func read(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        Reply(settings.log.settings.json)
    }

    @Sendable
    func change(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        try await settings.change(.log, by: try await request.members(context: context), caller: try context.identity)
        return Reply(settings.log.settings.json)
    }
}
