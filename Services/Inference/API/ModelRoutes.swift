import Catalogue
import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore

/// Health, metadata and readiness of the Open Inference Protocol.
struct ModelRoutes: Sendable {
    let catalogue: Catalogue
    let cache: ModelCache
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
        router.post("/v2/repository/index", use: index)
    }

    @Sendable
    func server(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        Reply(["name": "mlmesh", "version": .string(engine), "extensions": ["model_repository", "binary_tensor_data", "parameters"]])
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
        let caller = try context.identity
        let names = catalogue.capabilities.values.filter { caller.kind == .service || $0.admits(team: caller.team) }.map(\.name).sorted()
        return Reply(["models": .array(names.map { .string($0) })])
    }

    @Sendable
    func metadata(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let caller = try context.identity
        let capability = try ModelReference.capability(
            try context.parameter("model"), team: caller.team, isService: caller.kind == .service, in: catalogue)
        if let reference = context.parameters.get("version"), capability.version(reference) == nil {
            throw Problem(.versionUnknown, "Model \(capability.name) has no version \(reference).")
        }
        let interface = capability.manifest.interface
        return Reply([
            "name": .string(capability.name), "versions": .array(capability.versions.keys.sorted().map { .string(String($0)) }),
            "platform": "onnx_onnxv1", "inputs": .array(interface.inputs.map(Self.describe)),
            "outputs": .array(interface.outputs.map(Self.describe)),
        ])
    }

    @Sendable
    func modelReady(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let caller = try context.identity
        let (capability, version) = try ModelReference.resolve(
            try context.parameter("model"), version: context.parameters.get("version"), team: caller.team,
            isService: caller.kind == .service, in: catalogue)
        let isReady = cache.isLoaded(version.model)
        return Reply(status: isReady ? .ok : .serviceUnavailable, ["name": .string(capability.name), "ready": .bool(isReady)])
    }

    /// What is registered and whether it is loaded; the body may be absent, `{}` or `{"ready": true}`.
    @Sendable
    func index(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let caller = try context.identity
        let body = try await request.bytes(context: context)
        let wishes = body.readableBytes == 0 ? [:] : try? WireJSON.decode(JSONValue.self, from: Data(body.readableBytesView))
        guard case .object(let members)? = wishes else { throw Problem(.malformed, "The body must be absent or a JSON object.") }
        let onlyReady = members["ready"]?.boolValue ?? false
        let entries = catalogue.capabilities.values.filter { caller.kind == .service || $0.admits(team: caller.team) }
            .sorted { $0.name < $1.name }
            .flatMap { capability in capability.versions.values.sorted { $0.version < $1.version }.map { (capability, $0) } }
            .compactMap { capability, version -> JSONValue? in
                let isReady = cache.isLoaded(version.model)
                guard isReady || !onlyReady else { return nil }
                return [
                    "name": .string(capability.name), "version": .string(String(version.version)),
                    "state": isReady ? "READY" : "UNAVAILABLE", "reason": isReady ? "" : "loaded when it is called",
                ]
            }
        return Reply(.array(entries))
    }

    private static func describe(_ field: Interface.Field) -> JSONValue {
        ["name": .string(field.name), "datatype": .string(field.datatype), "shape": .array(field.shape.map { .integer(Int64($0)) })]
    }
}
