import Contracts
import HTTPService
import Hummingbird

/// Health, metadata and readiness of the Open Inference Protocol.
struct ModelRoutes: Sendable {
    /// Extensions of the protocol, in the words of Triton, that this server has.
    private static let extensions: JSONValue = [
        "classification", "model_repository", "schedule_policy", "model_configuration", "binary_tensor_data", "parameters", "statistics",
        "trace", "logging",
    ]

    let directory: ModelDirectory
    let cache: ModelCache
    let states: ModelStates
    /// Version of the engine's library.
    let engine: String

    func add(to router: Router<ServiceContext>) {
        router.get("/v2", use: server)
        router.get("/v2/health/live", use: live)
        router.get("/v2/health/ready", use: ready)
        router.get("/v2/models", use: list)
        router.get("/v2/models/{model}", use: metadata)
        router.get("/v2/models/{model}/ready", use: modelReady)
        router.get("/v2/models/{model}/versions/{version}", use: metadata)
        router.get("/v2/models/{model}/versions/{version}/ready", use: modelReady)
    }

    @Sendable
    func server(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        Reply(["name": "mlmesh", "version": .string(engine), "extensions": Self.extensions])
    }

    @Sendable
    func live(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        Reply(["live": true])
    }

    @Sendable
    func ready(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let isReady = await context.isReady()
        return Reply(status: isReady ? .ok : .serviceUnavailable, ["ready": .bool(isReady), "live": true])
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let models = directory.models(for: try context.identity)
        return Reply(["models": .array(models.map { .string($0.name) })])
    }

    @Sendable
    func metadata(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let model = try directory.model(try context.parameter("model"), for: try context.identity)
        let interface = try context.version(of: model)?.interface ?? model.interface
        return Reply([
            "name": .string(model.name), "versions": .array(model.versions.map { .string($0.version) }), "platform": "onnx_onnxv1",
            "inputs": .array(interface.inputs.map(Self.describe)), "outputs": .array(interface.outputs.map(Self.describe)),
        ])
    }

    @Sendable
    func modelReady(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let served = try directory.resolve(
            try context.parameter("model"), version: try context.reference, for: try context.identity)
        let isReady = cache.isLoaded(served)
        var members: [String: JSONValue] = ["name": .string(served.name), "ready": .bool(isReady)]
        members["reason"] = reason(served, try context.reference).map { .string($0) }
        return Reply(status: isReady ? .ok : .serviceUnavailable, .object(members))
    }

    /// Why a version is not ready, or which one an alias stands for that is not served; nil where nothing is to be said.
    private func reason(_ served: ServedModel, _ reference: String?) -> String? {
        let state = cache.state(of: served)
        if state != .ready { return state.reason.isEmpty ? nil : state.reason }
        let alias = reference ?? PublishedModel.defaultAlias
        return states.standIns(of: served.name).first { $0.alias == alias }?.reason
    }

    private static func describe(_ field: Interface.Field) -> JSONValue {
        ["name": .string(field.name), "datatype": .string(field.datatype), "shape": .array(field.shape.map { .integer(Int64($0)) })]
    }
}
