import BlobStore
import Contracts
import EventLog
import Foundation
import HTTPService
import Logging
import Observability
import Postgres
import ServiceTestSupport
import Settings
import TestSupport

@testable import ModelRegistryService

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A model-registry on a database of its own.
struct RegistryFixture: Sendable {
    let probe: HTTPProbe
    let database: Database

    static let engineer = TestAuthority().key("1", roles: [.engineer])
    static let stranger = TestAuthority().key("2", roles: [.engineer], team: "others")
    static let trainer = TestAuthority().service(.trainer)

    static let blobs = FileManager.default.temporaryDirectory.appending(path: "mlmesh-test-registry-\(getpid())")

    static func service(_ url: String) throws -> MeshService {
        var reader = SettingsReader(environment: ["DATABASE_URL": url, "MESH_BLOBS": blobs.path])
        let base = ServiceBase(name: .modelRegistry, http: TestAuthority().settings(), logger: quiet, metrics: PrometheusRegistry())
        return try makeModelRegistryService(&reader, base)
    }

    func apply(_ manifest: JSONValue, name: String = "digits", token: String = engineer) async throws -> ProbeAnswer {
        try await probe.send(
            "PUT", "/v1/registry/capabilities/\(name)", token: token, json: String(decoding: manifest.canonical, as: UTF8.self))
    }

    /// Registers the version of a run, whose model is the digest of its name.
    func register(_ run: String, model: String? = nil, digest: Digest? = nil) async throws -> ProbeAnswer {
        let version = NewModelVersion(
            model: digest ?? Digest(of: Array((model ?? run).utf8)), bytes: 10, run: run,
            dataset: DatasetReference(name: "digits", version: 1),
            manifestRevision: 1, recipe: "softmax-regression", parameters: ["l2": 0.01], seed: 7, metrics: ["accuracy": 0.9])
        return try await post("/v1/registry/models/digits/versions", version, token: Self.trainer)
    }

    /// Stores a report on a version whose model is the digest of `model`, or is given.
    func report(
        _ version: Int, model: String = "", digest: Digest? = nil, revision: Int = 1, id: String = UUID().uuidString, dataset: Int = 1,
        champion: Int? = nil, results: [TestResult] = [.sample()]
    ) async throws -> ProbeAnswer {
        var report = SuiteReport.sample(
            id: id, version: version, model: model, revision: revision, champion: champion, results: results)
        report.model = digest ?? report.model
        report.dataset.version = dataset
        return try await post("/v1/registry/models/digits/versions/\(version)/reports", report, token: Self.trainer)
    }

    func point(_ alias: String, to version: Int, expected: Int? = nil, token: String = engineer) async throws -> ProbeAnswer {
        try await put(alias, AliasChange(version: version, expected: expected, reason: "test"), token: token)
    }

    func put(_ alias: String, _ change: AliasChange, token: String = engineer) async throws -> ProbeAnswer {
        let json = String(decoding: try WireJSON.encode(change), as: UTF8.self)
        return try await probe.send("PUT", "/v1/registry/models/digits/aliases/\(alias)", token: token, json: json)
    }

    func rollBack(_ alias: String, _ order: AliasRollback, token: String = engineer) async throws -> ProbeAnswer {
        try await post("/v1/registry/models/digits/aliases/\(alias)/rollback", order, token: token)
    }

    /// Deletes a version as MLflow's client does.
    func deleteVersion(_ version: Int) async throws -> ProbeAnswer {
        try await probe.send(
            "DELETE", "/mlflow/api/2.0/mlflow/model-versions/delete", token: Self.engineer,
            json: "{\"name\":\"digits\",\"version\":\"\(version)\"}")
    }

    /// Moves of an alias, newest first.
    func history(_ alias: String, _ query: String = "") async throws -> [AliasMove] {
        try await get("/v1/registry/models/digits/aliases/\(alias)/history\(query)").decode(Page<AliasMove>.self).items
    }

    /// Puts a file into the blob store.
    func store(_ bytes: [UInt8]) async throws -> Digest { try await DirectoryBlobStore(root: Self.blobs).put(bytes) }

    func get(_ path: String, token: String = engineer) async throws -> ProbeAnswer { try await probe.send("GET", path, token: token) }

    private func post(_ path: String, _ body: some Encodable, token: String) async throws -> ProbeAnswer {
        try await probe.send("POST", path, token: token, json: String(decoding: try WireJSON.encode(body), as: UTF8.self))
    }

    func events(_ type: String) async throws -> Int {
        try await database.query("SELECT count(*) AS count FROM events.log WHERE type = \(type)").first?.decode("count") ?? -1
    }
}

/// Runs a registry; with `versions` the capability `digits` is applied and so many versions (runs `r1`, `r2`…) are registered.
func withRegistry<T: Sendable>(versions: Int? = nil, _ body: @Sendable @escaping (RegistryFixture) async throws -> T) async throws -> T {
    try await withRegistryURL { url in
        let database = Database(url: url, maximumConnections: 2, logger: quiet)
        defer { database.close() }
        return try await withRunning(try RegistryFixture.service(url)) { probe in
            let fixture = RegistryFixture(probe: probe, database: database)
            if let versions {
                guard try await fixture.apply(SampleManifest.json).status == 201 else { throw TestSupportError("not applied") }
                for number in 1...max(1, versions) where versions > 0 {
                    guard try await fixture.register("r\(number)").status == 201 else { throw TestSupportError("not registered") }
                }
            }
            return try await body(fixture)
        }
    }
}

/// A database with the event log and the registry's schema.
func withRegistryURL<T: Sendable>(_ body: @Sendable @escaping (String) async throws -> T) async throws -> T {
    try await withDatabaseURL { url in
        try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: quiet)
        let database = Database(url: url, maximumConnections: 1, logger: quiet)
        try await database.execute("CREATE SCHEMA model_registry")
        database.close()
        return try await body(url)
    }
}

extension SuiteReport {
    static func sample(
        id: String = "s", version: Int = 1, model: String = "r1", revision: Int = 1, champion: Int? = nil, results: [TestResult]
    ) -> SuiteReport {
        SuiteReport(
            id: id, capability: "digits", model: Digest(of: Array(model.utf8)), version: version, manifestRevision: revision,
            dataset: DatasetReference(name: "digits", version: 1), champion: champion, startedAt: .now, seconds: 1, results: results)
    }
}

extension TestResult {
    static func sample(_ name: String = "good enough", _ verdict: Verdict = .pass, blocking: Bool = true) -> TestResult {
        TestResult(
            name: name, kind: "metric", verdict: verdict, blocking: blocking, metric: "accuracy", value: 0.9, rows: 100, message: "0.9")
    }
}
