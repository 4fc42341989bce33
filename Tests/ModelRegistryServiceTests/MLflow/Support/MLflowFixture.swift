import Contracts
import Foundation
import HTTPService
import Observability
import Postgres
import ServiceTestSupport
import Settings
import TestSupport

@testable import ModelRegistryService

/// A model-registry with a trainer beside it, as MLflow's clients meet it.
struct MLflowFixture: Sendable {
    static let logged = "models:/m-0123456789abcdef0123456789abcdef"

    let registry: RegistryFixture
    let trainer: TrainerPeer

    /// A call; members are the body, or the query of a GET.
    func call(
        _ method: String, _ path: String, _ members: JSONValue = [:], token: String = RegistryFixture.engineer, api: String = "api"
    ) async throws -> ProbeAnswer {
        let place = "/mlflow/\(api)/2.0/mlflow/\(path)"
        guard method == "GET" else {
            return try await registry.probe.send(method, place, token: token, json: String(decoding: members.canonical, as: UTF8.self))
        }
        let items = (members.objectValue ?? [:]).sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
            (value.arrayValue ?? [value]).map { "\(name)=\(Self.encoded($0))" }
        }
        return try await registry.probe.send("GET", items.isEmpty ? place : "\(place)?\(items.joined(separator: "&"))", token: token)
    }

    private static func encoded(_ value: JSONValue) -> String {
        let text = value.stringValue ?? String(decoding: value.canonical, as: UTF8.self)
        return text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// Makes a free model.
    @discardableResult
    func create(_ name: String, tags: [String: String] = [:], token: String = RegistryFixture.engineer) async throws -> ProbeAnswer {
        let tags = JSONValue.array(tags.sorted { $0.key < $1.key }.map { ["key": .string($0.key), "value": .string($0.value)] })
        return try await call("POST", "registered-models/create", ["name": .string(name), "tags": tags], token: token)
    }

    /// Makes a version of the logged model's artifacts.
    @discardableResult
    func version(_ name: String, source: String = logged, token: String = RegistryFixture.engineer) async throws -> ProbeAnswer {
        try await call("POST", "model-versions/create", ["name": .string(name), "source": .string(source)], token: token)
    }

    func alias(_ alias: String, of name: String, to version: Int, token: String = RegistryFixture.engineer) async throws -> ProbeAnswer {
        let members: JSONValue = ["name": .string(name), "alias": .string(alias), "version": .string("\(version)")]
        return try await call("POST", "registered-models/alias", members, token: token)
    }

    /// The version that an alias points to; nil when there is no such alias.
    func target(_ alias: String, of name: String) async throws -> String? {
        try await call("GET", "registered-models/alias", ["name": .string(name), "alias": .string(alias)])
            .json["model_version"]?["version"]?.stringValue
    }

    /// Names or numbers that a search finds, page by page.
    func found(
        _ path: String, _ member: String, filter: String? = nil, order: [String] = [], size: Int = 1_000,
        token: String = RegistryFixture.engineer
    ) async throws -> [String] {
        var members: [String: JSONValue] = ["max_results": .integer(Int64(size))]
        members["filter"] = filter.map { .string($0) }
        if !order.isEmpty { members["order_by"] = .array(order.map { .string($0) }) }
        var found: [String] = []
        while true {
            let answer = try await call("GET", path, .object(members), token: token)
            guard answer.status == 200 else { return ["\(answer.status) \(answer.text)"] }
            let items = answer.json.objectValue?.first { $0.key != "next_page_token" }?.value.arrayValue ?? []
            found += items.compactMap { $0[member]?.stringValue }
            guard let next = answer.json["next_page_token"]?.stringValue else { return found }
            members["page_token"] = .string(next)
        }
    }

    /// Names of models.
    func models(
        _ filter: String? = nil, order: [String] = [], size: Int = 1_000, token: String = RegistryFixture.engineer
    ) async throws -> [String] {
        try await found("registered-models/search", "name", filter: filter, order: order, size: size, token: token)
    }
}

/// Runs a registry beside a trainer; with `versions` as ``withRegistry(versions:_:)``.
func withMLflow<T: Sendable>(
    versions: Int? = nil, environment: [String: String] = [:], _ body: @Sendable @escaping (MLflowFixture) async throws -> T
) async throws -> T {
    let trainer = TrainerPeer()
    trainer.keep(MLflowFixture.logged, run: "0123456789abcdef0123456789abcdef", ["MLmodel": "flavors:", "model.onnx": "onnx"])
    return try await withRunning(trainer.service()) { peer in
        try await withTemporaryFolder { folder in
            let secret = folder.appending(path: "secret")
            try Data("secret".utf8).write(to: secret)
            let told = [
                "MESH_INTERNAL_URL": "http://127.0.0.1:\(peer.port)", "MESH_CLIENT_ID": "model-registry",
                "MESH_CLIENT_SECRET_FILE": secret.path, "MESH_BLOBS": RegistryFixture.blobs.path,
            ].merging(environment) { $1 }
            return try await withRegistryURL { url in
                let database = Database(url: url, maximumConnections: 2, logger: quiet)
                defer { database.close() }
                return try await withRunning(try mlflowService(told.merging(["DATABASE_URL": url]) { $1 })) { probe in
                    let registry = RegistryFixture(probe: probe, database: database)
                    if let versions { try await registry.fill(versions: versions) }
                    return try await body(MLflowFixture(registry: registry, trainer: trainer))
                }
            }
        }
    }
}

/// The registry as its entry point makes it.
private func mlflowService(_ environment: [String: String]) throws -> MeshService {
    var reader = SettingsReader(environment: environment)
    let base = ServiceBase(name: .modelRegistry, http: TestAuthority().settings(), logger: quiet, metrics: PrometheusRegistry())
    return try makeModelRegistryService(&reader, base)
}

extension RegistryFixture {
    /// Applies the capability `digits` and registers so many versions of it (runs `r1`, `r2`…).
    fileprivate func fill(versions: Int) async throws {
        guard try await apply(SampleManifest.json).status == 201 else { throw TestSupportError("not applied") }
        for number in 1...max(1, versions) where versions > 0 {
            guard try await register("r\(number)").status == 201 else { throw TestSupportError("not registered") }
        }
    }
}
