import BlobStore
import Contracts
import Foundation
import HTTPService
import Hummingbird
import Logging
import NIOCore
import Observability
import ServiceTestSupport
import Settings
import Synchronization
import Tables
import TestSupport
import Testing

@testable import InferenceService

/// Inference with its peers, as batch jobs meet it.
struct BatchFixture: Sendable {
    static let jobs = "/v1/inference/batch-jobs"
    static let engineer = InferenceFixture.engineer

    let inference: InferenceFixture
    let peers: BatchPeers
    let internalPort: Int

    /// An instance with so many workers.
    func service(workers: Int = 2, shardRows: Int = 500, more: [String: String] = [:]) throws -> MeshService {
        try inference.service(environment(workers: workers, shardRows: shardRows).merging(more) { $1 })
    }

    func environment(workers: Int, shardRows: Int) -> [String: String] {
        [
            "MESH_INTERNAL_URL": "http://127.0.0.1:\(internalPort)", "MESH_DUCKDB": Self.library("libduckdb.so", "MESH_DUCKDB"),
            "BATCH_WORKERS": String(workers), "BATCH_SHARD_ROWS": String(shardRows), "BATCH_LEASE": "1000",
        ]
    }

    /// Runs an instance and waits until it serves the champion.
    func running<T: Sendable>(
        workers: Int = 2, shardRows: Int = 500, _ body: @Sendable @escaping (BatchMesh) async throws -> T
    ) async throws -> T {
        try await withRunning(try service(workers: workers, shardRows: shardRows)) { probe in
            let mesh = BatchMesh(probe: probe)
            try await mesh.ready()
            return try await body(mesh)
        }
    }

    /// An engine that reads what came out.
    func tables() throws -> TableEngine {
        try TableEngine(
            libraryPath: Self.library("libduckdb.so", "MESH_DUCKDB"), folders: [inference.folder],
            scratch: inference.folder.appending(path: "scratch"), limits: .init(threads: 1))
    }

    static func library(_ file: String, _ variable: String) -> String {
        ProcessInfo.processInfo.environment[variable] ?? Checkout.root.appending(path: ".mesh/lib").appending(path: file).path
    }
}

func withBatch<T: Sendable>(_ body: @Sendable @escaping (BatchFixture) async throws -> T) async throws -> T {
    try await withInference { inference in
        let peers = BatchPeers()
        return try await withRunning(peers.service()) { probe in
            try await body(BatchFixture(inference: inference, peers: peers, internalPort: probe.port))
        }
    }
}

/// Identity, monitor and the dataset service as batch inference meets them: a real server.
final class BatchPeers: Sendable {
    struct State {
        var datasets: [String: (team: String, versions: [DatasetVersion])] = [:]
        /// Versions that were asked for.
        var versionsRead = 0
    }

    private let state = Mutex(State())

    func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }

    var versionsRead: Int { state.withLock { $0.versionsRead } }

    func service() -> MeshService {
        makeService(name: .dataset, settings: TestAuthority().settings(), logger: quiet, metrics: PrometheusRegistry()) { router in
            router.post("/v1/identity/token") { _, _ in
                Reply(
                    TokenReply(access_token: TestAuthority().service(.inference), token_type: "Bearer", expires_in: 300, scope: "service"))
            }
            router.put("/v1/monitor/segments/{spool}/{segment}") { _, _ in NoContent() }
            router.get("/v1/dataset/datasets/{dataset}") { [self] _, context in
                let name = try context.name("dataset")
                guard let found = state.withLock({ $0.datasets[name] }) else { throw Problem(.datasetUnknown) }
                return Reply(
                    DatasetRecord(name: name, team: found.team, latestVersion: found.versions.last?.number, createdAt: .now))
            }
            router.get("/v1/dataset/datasets/{dataset}/versions/{version}") { [self] _, context in
                let (name, number) = (try context.name("dataset"), try context.number("version"))
                change { $0.versionsRead += 1 }
                guard let version = state.withLock({ $0.datasets[name]?.versions.first { $0.number == number } }) else {
                    throw Problem(.datasetVersionUnknown)
                }
                return Reply(version)
            }
        }
    }
}

/// A running instance, as callers of batch inference use it.
struct BatchMesh: Sendable {
    let probe: HTTPProbe

    func ready() async throws {
        try await eventually {
            let ready = try await probe.send("GET", "/v2/models/digits/ready", token: BatchFixture.engineer)
            return ready.status == 200 ? nil : ready.text
        }
    }

    func upload(_ bytes: [UInt8], _ format: TableFormat, token: String = BatchFixture.engineer) async throws -> UploadedFile {
        let answer = try await probe.send("POST", "/v1/inference/files?format=\(format.rawValue)", token: token, body: bytes)
        try #require(answer.status == 201, "\(answer.text)")
        return try answer.decode(UploadedFile.self)
    }

    func submit(_ wish: NewBatchJob, token: String = BatchFixture.engineer) async throws -> BatchJob {
        let json = String(decoding: try WireJSON.encode(wish), as: UTF8.self)
        let answer = try await probe.send("POST", BatchFixture.jobs, token: token, json: json)
        try #require(answer.status == 201, "\(answer.text)")
        return try answer.decode(BatchJob.self)
    }

    func find(_ id: String) async throws -> BatchJob {
        try await probe.send("GET", "\(BatchFixture.jobs)/\(id)", token: BatchFixture.engineer).decode(BatchJob.self)
    }

    /// The job once it has ended.
    func ended(_ job: BatchJob, within limit: Duration = .seconds(60)) async throws -> BatchJob {
        try await eventually(within: limit) {
            let now = try await find(job.id)
            return now.endedAt == nil ? "\(now)" : nil
        }
        return try await find(job.id)
    }

    func output(_ job: BatchJob, headers: [String: String] = [:]) async throws -> ProbeAnswer {
        try await probe.send("GET", "\(BatchFixture.jobs)/\(job.id)/output", token: BatchFixture.engineer, headers: headers)
    }

    /// What one request with all rows answers: labels, and two probabilities a row.
    func direct(_ rows: [[Double]]) async throws -> (labels: [Int64], probabilities: [Double]) {
        let answer = try await probe.send("POST", InferenceFixture.path, token: BatchFixture.engineer, json: SampleModel.request(rows))
        try #require(answer.status == 200, "\(answer.text)")
        let outputs = answer.json["outputs"]?.arrayValue ?? []
        func data(_ name: String) -> [JSONValue] { outputs.first { $0["name"]?.stringValue == name }?["data"]?.arrayValue ?? [] }
        return (data("label").compactMap(\.integerValue), data("p").compactMap(\.doubleValue))
    }
}

/// Rows whose predictions differ, the same for the same numbers.
enum BatchRows {
    static func row(_ index: Int) -> [Double] {
        let spread = Double(index &* 2_654_435_761 % 1_000) / 62.5
        return [spread, 16 - spread, Double(index % 17), 8]
    }

    static func csv(_ count: Int) -> [UInt8] {
        let lines = (0..<count).map { index in "r\(index),\"[\(row(index).map { "\($0)" }.joined(separator: ","))]\",note \(index % 3)" }
        return Array(("id,pixels,note\n" + lines.joined(separator: "\n") + "\n").utf8)
    }

    static func jsonl(_ count: Int) -> [UInt8] {
        Array(
            (0..<count).map { index in
                #"{"id":"r\#(index)","pixels":[\#(row(index).map { "\($0)" }.joined(separator: ","))],"note":"note \#(index % 3)"}"# + "\n"
            }.joined().utf8)
    }
}
