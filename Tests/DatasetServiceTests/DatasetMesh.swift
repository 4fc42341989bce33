import BlobStore
import Contracts
import DatasetService
import EventLog
import Foundation
import HTTPService
import Logging
import Observability
import Postgres
import ServiceTestSupport
import Settings
import TestSupport

/// What the tests keep: two pixels, three classes.
enum Fixtures {
    static let manifest = """
        {"apiVersion": "mlmesh/v1", "kind": "Capability", "metadata": {"name": "shapes", "team": "documents"},
         "interface": {"inputs": [{"name": "pixels", "datatype": "FP32", "shape": [-1, 2], "minimum": 0, "maximum": 16}],
                       "outputs": [{"name": "label", "datatype": "INT64", "shape": [-1]}],
                       "context": [{"name": "source", "datatype": "BYTES"}]},
         "slices": [{"name": "twos", "where": "label = 2", "live": "prediction.label = 2"},
                    {"name": "scanner-b", "where": "context.source = 'b'"}],
         "data": {"dataset": "shapes", "split": {"by": "hash", "train": 0.7, "validation": 0.1, "test": 0.2},
                  "needs": [{"slice": "twos", "atLeast": 5}, {"slice": "scanner-b", "atLeast": 2}]},
         "labeling": {"choices": [0, 1, 2], "overlap": 2}}
        """

    static func capability() throws -> CapabilityManifest {
        try WireJSON.decode(CapabilityManifest.self, from: Data(manifest.utf8))
    }

    /// Rows with ids of their own and pixels that no other row has.
    static func rows(_ numbers: Range<Int>, label: JSONValue? = nil) -> [RowInput] {
        numbers.map { number in
            RowInput(
                id: "row-\(number)", input: ["pixels": [.number(Double(number) / 1_000), 1]],
                context: ["source": number % 3 == 0 ? "b" : "a"], label: label)
        }
    }
}

/// The dataset service with a database, blobs and a table engine of its own.
struct DatasetMesh: Sendable {
    static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    static let root = "/v1/dataset/datasets"

    let url: String
    let folder: URL
    let database: Database
    let authority = TestAuthority()

    var owner: String { authority.person("ora", roles: [.engineer]) }
    var blobs: URL { folder.appending(path: "blobs") }

    /// A service that can be run once.
    func service() throws -> MeshService {
        let library = LibraryPath.find(
            "libduckdb.so", variable: "MESH_DUCKDB", environment: ProcessInfo.processInfo.environment, from: Checkout.root)
        var reader = SettingsReader(environment: ["DATABASE_URL": url, "MESH_BLOBS": blobs.path, "MESH_DUCKDB": library ?? ""])
        let base = ServiceBase(name: .dataset, http: authority.settings(), logger: Self.quiet, metrics: PrometheusRegistry())
        return try makeDatasetService(&reader, base)
    }

    /// Runs an instance until the body returns.
    func run<T: Sendable>(_ body: @Sendable @escaping (DatasetClient) async throws -> T) async throws -> T {
        try await withRunning(try service()) { probe in
            try await eventually {
                let answer = try await probe.send("GET", "/readyz")
                return answer.status == 200 ? nil : answer.text
            }
            return try await body(DatasetClient(probe: probe, mesh: self))
        }
    }

    func apply(_ manifest: CapabilityManifest, revision: Int = 1) async throws {
        let record = CapabilityRecord(
            name: manifest.metadata.name, team: manifest.metadata.team, revision: revision, digest: Digest(of: []), manifest: manifest,
            appliedAt: .now, appliedBy: "key:1")
        let event = EventEnvelope(
            source: ServiceName.modelRegistry.eventSource, type: EventType.capabilityApplied, data: try WireJSON.value(record))
        try await database.transaction { try await EventLog().append(event, on: $0) }
    }
}

/// A database and folders for the dataset service.
func withMesh<T: Sendable>(_ body: @Sendable @escaping (DatasetMesh) async throws -> T) async throws -> T {
    try await withDatabaseURL { url in
        try await withTemporaryFolder { folder in
            try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: DatasetMesh.quiet)
            let database = Database(url: url, schema: "dataset", maximumConnections: 4, logger: DatasetMesh.quiet)
            defer { database.close() }
            try await database.execute("CREATE SCHEMA dataset")
            return try await body(DatasetMesh(url: url, folder: folder, database: database))
        }
    }
}

/// A running instance with the capability `shapes` and the empty dataset `shapes`.
func withShapes<T: Sendable>(_ body: @Sendable @escaping (DatasetClient) async throws -> T) async throws -> T {
    try await withMesh { mesh in
        try await mesh.apply(try Fixtures.capability())
        return try await mesh.run { client in
            try await client.create()
            return try await body(client)
        }
    }
}

/// Calls of a running instance.
struct DatasetClient: Sendable {
    let probe: HTTPProbe
    let mesh: DatasetMesh
    private var path: String { DatasetMesh.root + "/shapes" }

    func create() async throws {
        // The capability's event takes a moment to arrive.
        try await eventually {
            let answer = try await post(DatasetMesh.root, NewDataset(name: "shapes", team: "documents", capability: "shapes"))
            return answer.status == 201 || answer.status == 200 ? nil : answer.text
        }
    }

    @discardableResult
    func post(_ path: String, _ body: some Encodable, token: String? = nil, headers: [String: String] = [:]) async throws -> ProbeAnswer {
        let json = String(decoding: try WireJSON.encode(body), as: UTF8.self)
        return try await probe.send("POST", path, token: token ?? mesh.owner, headers: headers, json: json)
    }

    func commit(_ version: NewDatasetVersion, token: String? = nil, headers: [String: String] = [:]) async throws -> ProbeAnswer {
        try await post(path + "/versions", version, token: token, headers: headers)
    }

    /// Commits rows and gives the version; anything but 201 is an error.
    @discardableResult
    func committed(rows: [RowInput]? = nil, labels: [LabelInput]? = nil, base: Int? = nil) async throws -> DatasetVersion {
        let answer = try await commit(NewDatasetVersion(base: base, message: "test", rows: rows, labels: labels))
        guard answer.status == 201 else { throw TestSupportError("not committed: \(answer.status) \(answer.text)") }
        return try answer.decode(DatasetVersion.self)
    }

    func importFile(_ text: String, type: String = "text/csv", query: String = "") async throws -> ProbeAnswer {
        try await probe.send(
            "POST", path + "/imports" + query, token: mesh.owner, headers: ["Content-Type": type], body: Array(text.utf8))
    }

    func get(_ tail: String, token: String? = nil) async throws -> ProbeAnswer {
        try await probe.send("GET", path + tail, token: token ?? mesh.owner)
    }

    /// All rows of a version, page after page.
    func rows(_ version: Int, _ query: String = "", limit: Int = 200) async throws -> [DatasetRow] {
        var rows: [DatasetRow] = []
        var cursor: String?
        repeat {
            let tail = "/versions/\(version)/rows?limit=\(limit)\(query)" + (cursor.map { "&page=\($0)" } ?? "")
            let page = try await get(tail).decode(Page<DatasetRow>.self)
            rows += page.items
            cursor = page.nextPage
        } while cursor != nil
        return rows
    }
}
