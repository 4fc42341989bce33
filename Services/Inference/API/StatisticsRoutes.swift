import Contracts
import Foundation
import HTTPService
import Hummingbird

/// What was counted of models (Triton's statistics extension), by all instances together.
struct StatisticsRoutes: Sendable {
    let directory: ModelDirectory
    /// Counts and memory of versions, in their order.
    let uses: @Sendable ([ServedModel]) async -> [VersionUse]

    func add(to router: Router<ServiceContext>) {
        router.get("/v2/models/{model}/stats", use: model)
        router.get("/v2/models/{model}/versions/{version}/stats", use: model)
    }

    /// The path without a model is matched before those with one, and on its own: the router would take a model of the name `stats` for it.
    var fastRoutes: [FastRoute] { [FastRoute("GET", "/v2/models/stats", handle: every)] }

    @Sendable
    func every(_ request: FastRequest, _ responder: FastResponder) {
        let versions = directory.models(for: request.caller).flatMap(\.versions)
        Task {
            do {
                let bytes = try WireJSON.encode(await report(on: versions))
                responder.respond(headers: [.contentType: "application/json", .cacheControl: "no-store"], bytes: Array(bytes))
            } catch {
                responder.fail(error)
            }
        }
    }

    @Sendable
    func model(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let model = try directory.model(try context.parameter("model"), for: try context.identity)
        guard let reference = try context.reference else { return Reply(await report(on: model.versions)) }
        return Reply(await report(on: [try model.resolve(reference)], always: true))
    }

    /// Statistics of those of the versions that are in memory or were ever called; of all of them where that was asked.
    private func report(on versions: [ServedModel], always: Bool = false) async -> JSONValue {
        let entries = zip(versions, await uses(versions)).compactMap { version, use -> JSONValue? in
            guard always || use != VersionUse() else { return nil }
            return StatisticsReport(model: version.name, version: version.version, counts: use.counts, bytes: use.bytes).json
        }
        return ["model_stats": .array(entries)]
    }
}
