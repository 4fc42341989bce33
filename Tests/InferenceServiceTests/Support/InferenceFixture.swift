import BlobStore
import Contracts
import EventLog
import Foundation
import HTTPService
import Logging
import ONNX
import Observability
import Postgres
import ServiceTestSupport
import Settings
import TestSupport

@testable import InferenceService

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Inference with a database, a blob store and a monitor on a real server; the capability `digits` has inputs of 4 floats.
struct InferenceFixture: Sendable {
    let url: String
    let folder: URL
    let monitor: StubMonitor
    let port: Int
    let database: Database
    let blobs: DirectoryBlobStore

    static let engineer = TestAuthority().key("1", roles: [.engineer])
    static let path = "/v2/models/digits/infer"

    func service(_ settings: [String: String] = [:]) throws -> MeshService {
        let library = ProcessInfo.processInfo.environment["MESH_ONNXRUNTIME"]
        let environment = [
            "DATABASE_URL": url, "MESH_BLOBS": folder.appending(path: "blobs").path, "MESH_INTERNAL_URL": "http://127.0.0.1:\(port)",
            "MESH_ONNXRUNTIME": library ?? Checkout.root.appending(path: ".mesh/lib/libonnxruntime.so").path, "MESH_CLIENT_ID": "inference",
            "MESH_CLIENT_SECRET_FILE": folder.appending(path: "secret").path, "MESH_SPOOL": folder.appending(path: "spool").path,
        ].merging(settings) { $1 }
        var reader = SettingsReader(environment: environment)
        let base = ServiceBase(
            name: .inference, http: TestAuthority().settings(), logger: quiet, metrics: PrometheusRegistry(), environment: environment)
        return try makeInferenceService(&reader, base)
    }

    /// Runs an instance and waits until it serves the champion.
    func running<T: Sendable>(_ body: @Sendable @escaping (HTTPProbe) async throws -> T) async throws -> T {
        try await withRunning(try service()) { probe in
            try await eventually {
                let ready = try await probe.send("GET", "/v2/models/digits/ready", token: Self.engineer)
                return ready.status == 200 ? nil : ready.text
            }
            return try await body(probe)
        }
    }

    /// Stores the model of a version and says that it is registered.
    func register(_ version: Int) async throws {
        let digest = try await blobs.put(SampleModel.bytes(version))
        try await announce(EventType.versionRegistered, SampleModel.version(version, digest))
    }

    func point(_ alias: String, to version: Int) async throws {
        let moved = ModelAlias(
            capability: "digits", alias: alias, version: version, model: Digest(of: try SampleModel.bytes(version)), movedAt: .now,
            movedBy: "key:1")
        try await announce(EventType.aliasMoved, moved)
    }

    func announce(_ type: String, _ value: some Encodable & Sendable) async throws {
        let event = EventEnvelope(source: ServiceName.modelRegistry.eventSource, type: type, data: try WireJSON.value(value))
        try await database.transaction { try await EventLog().append(event, on: $0) }
    }
}

/// Gives the body a fixture with version 1 as champion and version 2 registered.
func withInference<T: Sendable>(_ body: @Sendable @escaping (InferenceFixture) async throws -> T) async throws -> T {
    try await withDatabaseURL { url in
        try await withTemporaryFolder { folder in
            try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: quiet)
            try Data("secret\n".utf8).write(to: folder.appending(path: "secret"))
            let database = Database(url: url, maximumConnections: 2, logger: quiet)
            defer { database.close() }
            try await database.execute("CREATE SCHEMA inference")
            let blobs = try DirectoryBlobStore(root: folder.appending(path: "blobs"))
            let monitor = StubMonitor()
            return try await monitor.running { port in
                let fixture = InferenceFixture(
                    url: url, folder: folder, monitor: monitor, port: port, database: database, blobs: blobs)
                try await fixture.announce(EventType.capabilityApplied, try SampleModel.record())
                for version in 1...2 { try await fixture.register(version) }
                try await fixture.point("champion", to: 1)
                return try await body(fixture)
            }
        }
    }
}
