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
import Tables
import TestSupport

@testable import TrainerService

/// A running trainer with its database, blobs, and peers.
struct TrainerHarness: Sendable {
    let probe: HTTPProbe
    let peers: Peers
    let database: Database
    let blobs: DirectoryBlobStore
    /// Folder of the blobs and of the client's secret.
    let folder: URL
    /// Where the peers listen.
    let peerPort: Int
    let authority = TestAuthority()
    var engineer: String { authority.key(roles: [.engineer]) }

    /// Keeps rows as the next version of the dataset digits, in as many segments as given.
    func commit(_ segments: [DatasetRow]..., manifest: CapabilityManifest) async throws {
        let number = (peers.now.datasets["digits"]?.count ?? 0) + 1
        var files: [DatasetSegment] = []
        for (ordinal, rows) in segments.enumerated() {
            let file = FileManager.default.temporaryDirectory.appending(path: "segment-\(UUID().uuidString).parquet")
            defer { try? FileManager.default.removeItem(at: file) }
            let stored = rows.map { StoredRow(row: $0, digest: Digest(of: Array($0.id.utf8)), salt: Array(repeating: 7, count: 16)) }
            try await SegmentLayout(manifest.interface).write(stored, to: file, with: try TestLibraries.tables())
            let blob = try await blobs.put(file: file)
            files.append(DatasetSegment(ordinal: ordinal, blob: blob, rows: rows.count, bytes: try await blobs.size(blob)))
        }
        let version = DatasetVersion(
            dataset: "digits", number: number, id: Digest(of: "version \(number)".utf8.map { $0 }), manifest: Digest(of: []),
            message: "sample", createdAt: .now, createdBy: "test", splits: Self.counts(segments), segments: files, checks: [])
        let record = try Digits.record(manifest)
        peers.change { state in
            state.datasets["digits", default: []].append(version)
            if state.capabilities["digits"] == nil { state.capabilities["digits"] = record }
        }
        try await database.tell(.committed(version))
    }

    /// Rows by split; a later segment replaces rows of an earlier one.
    private static func counts(_ segments: [[DatasetRow]]) -> [String: SplitCounts] {
        let rows = Dictionary(segments.joined().map { ($0.id, $0) }) { _, last in last }
        return Dictionary(grouping: rows.values, by: \.split).mapValues { rows in
            SplitCounts(rows: rows.count, labeled: rows.count { $0.label != nil })
        }
    }

    /// Asks for a run and gives it.
    func start(_ json: String = #"{"capability": "digits"}"#) async throws -> TrainingRun {
        let answer = try await probe.send("POST", "/v1/trainer/runs", token: engineer, json: json)
        guard answer.status == 201 else { throw TestSupportError("\(answer.status) \(answer.text)") }
        return try answer.decode(TrainingRun.self)
    }

    /// Queues a run of a known id, as a request does.
    func queue(run id: String) async throws {
        let run = TrainingRun(
            id: id, capability: "digits", state: .queued, manifestRevision: 1, recipe: "softmax-regression", parameters: ["l2": 0.01],
            seed: 7, metrics: [:], environment: [:], createdAt: .now)
        try await RunStore(database: database, log: EventLog()).add(
            StoredRun(run: run, manifest: try Digits.manifest(), askedDataset: nil), team: "documents", by: "key:1")
    }

    func run(_ id: String) async throws -> TrainingRun {
        try await probe.send("GET", "/v1/trainer/runs/\(id)", token: engineer).decode(TrainingRun.self)
    }

    /// The run once it has ended.
    func ended(_ id: String) async throws -> TrainingRun {
        try await eventually(within: .seconds(120), every: .milliseconds(50)) {
            let run = try await run(id)
            return run.endedAt == nil ? "\(run.state) at \(run.iteration ?? 0): \(run.error ?? "")" : nil
        }
        return try await run(id)
    }

    /// Steps of the optimiser that were written, with the time of each.
    func steps(_ id: String) async throws -> [RunMetric] {
        let answer = try await probe.send("GET", "/v1/trainer/runs/\(id)/metrics?limit=1000", token: engineer)
        return try answer.decode(Page<RunMetric>.self).items
    }

    /// The suite once it has ended.
    func endedSuite(_ id: String) async throws -> SuiteRun {
        func suite() async throws -> SuiteRun {
            try await probe.send("GET", "/v1/trainer/suites/\(id)", token: engineer).decode(SuiteRun.self)
        }
        try await eventually(within: .seconds(60), every: .milliseconds(50)) {
            let suite = try await suite()
            return suite.state == .finished || suite.state == .failed ? nil : "\(suite.state): \(suite.error ?? "")"
        }
        return try await suite()
    }

    /// How many events tell of the end of a run.
    func endings(_ run: TrainingRun) async throws -> Int {
        let rows = try await database.query(
            """
            SELECT count(*) AS events
              FROM events.log
             WHERE type = \(EventType.runEnded) AND subject = \(run.capability + "/" + run.id)
            """)
        return try rows.first?.decode("events") ?? -1
    }
}

extension Database {
    /// Appends an event as another service does.
    func tell(_ event: EventEnvelope) async throws {
        try await transaction { try await EventLog().append(event, on: $0) }
    }
}

extension EventEnvelope {
    /// A version as the dataset service tells of it: without its segments.
    static func committed(_ version: DatasetVersion) throws -> EventEnvelope {
        var told = version
        told.segments = []
        return EventEnvelope(
            source: ServiceName.dataset.eventSource, type: EventType.datasetCommitted, subject: "\(version.dataset)/\(version.number)",
            data: try WireJSON.value(told))
    }

    static func applied(_ record: CapabilityRecord) throws -> EventEnvelope {
        EventEnvelope(
            source: ServiceName.modelRegistry.eventSource, type: EventType.capabilityApplied, subject: record.name,
            data: try WireJSON.value(record))
    }
}

/// Libraries of `make deps`.
enum TestLibraries {
    static func path(_ file: String, _ variable: String) -> String {
        ProcessInfo.processInfo.environment[variable] ?? Checkout.root.appending(path: ".mesh/lib/" + file).path
    }

    private static let shared = Result {
        try TableEngine(
            libraryPath: path("libduckdb.so", "MESH_DUCKDB"), folders: [FileManager.default.temporaryDirectory],
            scratch: FileManager.default.temporaryDirectory.appending(path: "mlmesh-test-scratch"))
    }

    static func tables() throws -> TableEngine { try shared.get() }
}

/// Gives the body a database that is ready for the trainer.
func withTrainerDatabase<T: Sendable>(_ body: @Sendable (String) async throws -> T) async throws -> T {
    try await withDatabaseURL { url in
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: logger)
        let bare = Database(url: url, maximumConnections: 1, logger: logger)
        try await bare.execute("CREATE SCHEMA trainer")
        bare.close()
        return try await body(url)
    }
}

/// Makes the trainer's service on a database.
func makeTrainer(database url: String, blobs: URL, internalURL: String, workers: Int = 1, lease: Int = 2_000) throws -> MeshService {
    let secret = blobs.appending(path: "client-secret")
    try Data("secret\n".utf8).write(to: secret)
    var reader = SettingsReader(environment: [
        "DATABASE_URL": url, "MESH_BLOBS": blobs.path, "MESH_INTERNAL_URL": internalURL, "MESH_CLIENT_ID": "trainer",
        "MESH_CLIENT_SECRET_FILE": secret.path, "TRAINER_WORKERS": String(workers), "TRAINER_LEASE": String(lease),
        "MESH_ONNXRUNTIME": TestLibraries.path("libonnxruntime.so", "MESH_ONNXRUNTIME"),
        "MESH_DUCKDB": TestLibraries.path("libduckdb.so", "MESH_DUCKDB"), "TRAINER_TRACKING_URL": internalURL + "/mlflow",
        "TRAINER_COMMANDS": SandboxProbe.abilities.isolates ? "isolated" : "trusted",
    ])
    let base = ServiceBase(
        name: .trainer, http: TestAuthority().settings(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        metrics: PrometheusRegistry())
    return try makeTrainerService(&reader, base)
}

/// Runs a trainer and its peers.
func withTrainer<T: Sendable>(
    workers: Int = 1, lease: Int = 2_000, _ body: @Sendable @escaping (TrainerHarness) async throws -> T
) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mlmesh-test-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await withTrainerDatabase { url in
        let peers = Peers()
        return try await withRunning(peers.service()) { peerProbe in
            let trainer = try makeTrainer(
                database: url, blobs: folder, internalURL: "http://127.0.0.1:\(peerProbe.port)", workers: workers, lease: lease)
            return try await withRunning(trainer) { probe in
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                let database = Database(url: url, schema: "trainer", maximumConnections: 2, patience: .seconds(60), logger: logger)
                defer { database.close() }
                return try await body(
                    TrainerHarness(
                        probe: probe, peers: peers, database: database, blobs: try DirectoryBlobStore(root: folder), folder: folder,
                        peerPort: peerProbe.port))
            }
        }
    }
}

/// The trainer's routes on a database, with no worker.
func makeRequestsOnly(_ database: Database, _ registry: RegistryPeer, blobs folder: URL) throws -> MeshService {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let blobs = try DirectoryBlobStore(root: folder)
    let archives = ArchiveStore(database: database, blobs: blobs)
    let artifacts = try ArtifactParts(database: database, blobs: blobs, root: folder, logger: logger)
    let tracking = TrackingParts(database: database, key: [1, 2, 3])
    return makeService(
        name: .trainer, settings: TestAuthority().settings(), database: database, logger: logger, metrics: PrometheusRegistry(),
        beforeStart: { try await database.migrate(TrainerMigrations.all) },
        routes: { router in
            let runs = RunStore(database: database, log: EventLog())
            tracking.add(to: router)
            artifacts.add(to: router)
            RunRoutes(runs: runs, registry: registry, archives: archives).add(to: router)
            ArchiveRoutes(archives: archives).add(to: router)
            LogRoutes(runs: runs, logs: RunLogs(database: database)).add(to: router)
            ReproduceRoutes(runs: runs).add(to: router)
            QuotaRoutes(quotas: QuotaStore(queue: JobQueue(database: database))).add(to: router)
            SuiteRoutes(suites: SuiteStore(database: database), runs: runs, registry: registry).add(to: router)
        })
}
