import Contracts
import HTTPService
import Hummingbird
import Observability

/// The model repository extension: which models there are, and loading and unloading them.
struct RepositoryRoutes: Sendable {
    let directory: ModelDirectory
    let states: ModelStates
    let repository: ModelRepository

    /// How long a load may keep its caller waiting: balancers give up not much later.
    private static let patience = Duration.seconds(20)

    func add(to router: Router<ServiceContext>) {
        router.post("/v2/repository/index", use: index)
        router.post("/v2/repository/models/{model}/load", use: load)
        router.post("/v2/repository/models/{model}/unload", use: unload)
    }

    /// All versions, with what the instances say of them; the body may be absent, `{}` or `{"ready": true}`.
    @Sendable
    func index(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let members = try await request.members(context: context)
        let onlyReady = try Self.wish(members["ready"])
        let versions = directory.models(for: try context.identity).flatMap { states.versions(of: $0) }
        let found = await states.states(of: versions)
        return Reply(
            .array(zip(versions, found).filter { !onlyReady || $1.state == .ready }.map { Self.entry($0, $1.state.name, $1.reason) }))
    }

    @Sendable
    func load(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let caller = try context.identity
        let name = try own(context, caller)
        let order = try LoadOrder.load(try await request.members(context: context))
        let patience = min(Self.patience, context.deadline.remaining * 9 / 10)
        let outcome = try await repository.load(name, policy: order.policy, by: caller, within: patience)
        return Reply(Self.entries(outcome))
    }

    @Sendable
    func unload(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let caller = try context.identity
        let name = try own(context, caller)
        _ = try LoadOrder.unload(try await request.members(context: context))
        return Reply(Self.entries(try await repository.unload(name, by: caller)))
    }

    /// The model that the path names, if it is the caller's to load.
    private func own(_ context: ServiceContext, _ caller: Caller) throws -> String {
        let model = try repository.declared(try context.parameter("model"))
        try caller.requireOwnership(of: model.team)
        return model.name
    }

    private static func wish(_ value: JSONValue?) throws(Problem) -> Bool {
        guard let value, value != .null else { return false }
        guard let wish = value.boolValue else { throw Problem(.invalidField, "ready must be true or false.") }
        return wish
    }

    private static func entries(_ outcome: [(version: ServedModel, state: ModelState)]) -> JSONValue {
        .array(outcome.map { entry($0.version, $0.state.name, $0.state.reason) })
    }

    private static func entry(_ version: ServedModel, _ state: String, _ reason: String) -> JSONValue {
        ["name": .string(version.name), "version": .string(version.version), "state": .string(state), "reason": .string(reason)]
    }
}
