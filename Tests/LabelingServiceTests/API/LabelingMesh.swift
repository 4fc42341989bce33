import Contracts
import EventLog
import Foundation
import HTTPService
import LabelingService
import Logging
import Observability
import Postgres
import ServiceTestSupport
import Settings
import TestSupport

/// Labeling with its database, its catalogue and its peers, all real but the peers' insides.
struct LabelingMesh: Sendable {
    static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    let url: String
    let secret: String
    let peerPort: Int
    let peers: StubPeers
    let database: Database
    let authority = TestAuthority()

    var owner: String { authority.person("ora", roles: [.engineer]) }
    func labeler(_ name: String) -> String { authority.person(name, roles: [.labeler]) }

    /// An instance of labeling that does not run yet.
    func service(retryMilliseconds: Int = 600_000) throws -> MeshService {
        var reader = SettingsReader(environment: [
            "DATABASE_URL": url, "MESH_INTERNAL_URL": "http://127.0.0.1:\(peerPort)", "MESH_CLIENT_SECRET_FILE": secret,
            "COMMIT_RETRY_MS": String(retryMilliseconds),
        ])
        let base = ServiceBase(name: .labeling, http: authority.settings(), logger: Self.quiet, metrics: PrometheusRegistry())
        return try makeLabelingService(&reader, base)
    }

    /// Runs an instance of labeling until the body returns.
    func run<T: Sendable>(retryMilliseconds: Int = 600_000, _ body: @Sendable @escaping (HTTPProbe) async throws -> T) async throws -> T {
        try await withRunning(try service(retryMilliseconds: retryMilliseconds)) { probe in
            try await eventually {
                let answer = try await probe.send("GET", "/v1/labeling/projects/other", token: self.authority.service(.monitor))
                let ready = try await probe.send("GET", "/readyz")
                return ready.status == 200 && answer.status != 500 ? nil : "readyz \(ready.status)"
            }
            return try await body(probe)
        }
    }

    func tell(_ type: String, _ value: some Encodable) async throws {
        let event = EventEnvelope(source: ServiceName.modelRegistry.eventSource, type: type, data: try WireJSON.value(value))
        try await database.transaction { try await EventLog().append(event, on: $0) }
    }

    func apply(_ manifest: CapabilityManifest, revision: Int = 1) async throws {
        try await tell(
            EventType.capabilityApplied,
            CapabilityRecord(
                name: manifest.metadata.name, team: manifest.metadata.team, revision: revision, digest: Digest(of: []), manifest: manifest,
                appliedAt: .now, appliedBy: "key:1"))
    }

    func register(_ version: Int) async throws {
        try await tell(
            EventType.versionRegistered,
            ModelVersion(
                capability: "shapes", version: version, model: Digest(of: [UInt8(version)]), bytes: 1, run: "run-\(version)",
                dataset: DatasetReference(name: "shapes", version: 4), manifestRevision: 1, recipe: "softmax-regression", parameters: [:],
                seed: 1, metrics: [:], aliases: [], createdAt: .now))
    }
}

/// A mesh around labeling; `run` starts an instance in it.
func withMesh<T: Sendable>(
    rows: [DatasetRow] = [], overlap: Int = 2, gold: Double = 0, _ body: @Sendable @escaping (LabelingMesh) async throws -> T
) async throws -> T {
    try await withDatabaseURL { url in
        try await withTemporaryFolder { folder in
            try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: LabelingMesh.quiet)
            let database = Database(url: url, schema: "labeling", maximumConnections: 2, logger: LabelingMesh.quiet)
            defer { database.close() }
            try await database.execute("CREATE SCHEMA labeling")
            let secret = folder.appending(path: "secret")
            try Data("top secret\n".utf8).write(to: secret)
            let peers = StubPeers(rows: rows)
            let manifest = try Fixtures.capability(overlap: overlap, gold: gold)
            return try await withRunning(peers.service()) { stub in
                let mesh = LabelingMesh(url: url, secret: secret.path, peerPort: stub.port, peers: peers, database: database)
                try await mesh.apply(manifest)
                return try await body(mesh)
            }
        }
    }
}

/// A mesh with one instance and the project `shapes`.
func withLabeling<T: Sendable>(
    rows: [DatasetRow] = [], overlap: Int = 2, gold: Double = 0,
    _ body: @Sendable @escaping (LabelingMesh, Labeling) async throws -> T
) async throws -> T {
    try await withMesh(rows: rows, overlap: overlap, gold: gold) { mesh in
        try await mesh.run { probe in
            let labeling = Labeling(probe: probe, mesh: mesh)
            try await labeling.createProject()
            return try await body(mesh, labeling)
        }
    }
}

/// Calls of a running instance.
struct Labeling: Sendable {
    let probe: HTTPProbe
    let mesh: LabelingMesh

    func createProject() async throws {
        let answer = try await post("/v1/labeling/projects", NewProject(capability: "shapes"), token: mesh.owner)
        guard answer.status == 201 || answer.status == 200 else { throw TestSupportError("no project: \(answer.status) \(answer.text)") }
    }

    @discardableResult
    func post(_ path: String, _ body: some Encodable, token: String) async throws -> ProbeAnswer {
        try await probe.send("POST", path, token: token, json: String(decoding: try WireJSON.encode(body), as: UTF8.self))
    }

    func push(_ tasks: [NewTask], reason: String = "first") async throws -> ProbeAnswer {
        try await post("/v1/labeling/projects/shapes/tasks", NewTasks(reason: reason, tasks: tasks), token: mesh.owner)
    }

    func request(_ request: LabelRequest) async throws -> ProbeAnswer {
        try await post("/v1/labeling/projects/shapes/requests", request, token: mesh.owner)
    }

    func lease(_ person: String) async throws -> ProbeAnswer {
        try await probe.send("POST", "/v1/labeling/projects/shapes/leases", token: mesh.labeler(person), json: "{}")
    }

    /// Lets a person answer until nothing is left; gives the number of answers.
    @discardableResult
    func answerAll(as person: String, _ label: @Sendable (LabelingTask) -> JSONValue = { _ in 1 }) async throws -> Int {
        var count = 0
        while true {
            let answer = try await lease(person)
            guard answer.status == 201 else { return count }
            let lease = try answer.decode(TaskLease.self)
            let given = NewAnnotation(lease: lease.lease, label: label(lease.task), leadTimeMilliseconds: 400)
            let kept = try await post("/v1/labeling/tasks/\(lease.task.id)/annotations", given, token: mesh.labeler(person))
            guard kept.status == 201 else { throw TestSupportError("answer refused: \(kept.text)") }
            count += 1
        }
    }

    func commit() async throws -> ProbeAnswer {
        try await probe.send("POST", "/v1/labeling/projects/shapes/commits", token: mesh.owner)
    }

    func progress(_ token: String? = nil) async throws -> LabelingProgress {
        try await probe.send("GET", "/v1/labeling/projects/shapes/progress", token: token ?? mesh.owner).decode(LabelingProgress.self)
    }
}
