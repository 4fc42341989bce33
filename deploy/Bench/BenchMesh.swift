import BlobStore
import Contracts
import Foundation
import MeshCommand
import OnnxRuntime
import Settings
import Synchronization
import Tensors

/// A mesh of the benchmark's own whose model serves, and the same model in this process.
struct BenchMesh: Sendable {
    /// The sample again under another name, which is never compared: what its callers send takes the way without the experiment-router.
    private static let alone = SampleModel.name + "-alone"

    private let state: String
    let gatewayURL: String
    let administratorKey: String
    private let session: Session
    private let pixels: [Float]
    /// Port and request of each way that is HTTP.
    let calls: [ServingComparison.Way.Path: (port: Int, request: BenchRequest)]
    /// The mesh's processes by the service or program that they run.
    let processes: [String: [ProcessTree]]
    /// All of the mesh: the supervisor with what it started, and Postgres.
    let whole: [ProcessTree]
    /// Ports of the instances of inference.
    let inferencePorts: [Int]

    /// Starts the mesh, gives it to the body, and leaves nothing behind.
    ///
    /// - Parameter isCompared: the sample is compared with another version of the same training, so that its callers pass the
    ///   experiment-router; the same model under another name is not.
    static func run<Value>(isCompared: Bool = false, _ body: (BenchMesh) async throws -> Value) async throws -> Value {
        try await up { try await body(try await BenchMesh(state: $0, isCompared: isCompared)) }
    }

    /// Starts a mesh in which the sample serves, and gives the sample to the body.
    static func sample<Value>(_ body: (inout SampleModel) async throws -> Value) async throws -> Value {
        try await up { state in
            var sample = try await SampleModel(state: state)
            _ = try await sample.serve()
            return try await body(&sample)
        }
    }

    private static func up<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mlmesh-bench-\(UUID().uuidString)")
        // Postgres runs as another user when we are root.
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        let state = folder.path + "/mesh"
        defer { try? FileManager.default.removeItem(at: folder) }
        running.withLock { _ = $0.insert(state) }
        // One that does not come up has processes too.
        defer { down(state) }
        try mesh("up", "--requests-per-minute", "600000000", state: state)
        return try await body(state)
    }

    /// States of the meshes that this process started.
    private static let running = Mutex<Set<String>>([])

    /// Stops what is up when the benchmark is ended: a mesh is nobody's child.
    static func endAll() { for state in running.withLock(\.self) { down(state) } }

    private static func down(_ state: String) {
        try? mesh("down", state: state)
        running.withLock { _ = $0.remove(state) }
    }

    private init(state: String, isCompared: Bool) async throws {
        guard let record = MeshRecord.read(state: state) else { throw BenchFault("the mesh wrote no record") }
        self.state = state
        gatewayURL = record.gatewayURL
        administratorKey = record.administratorKey
        var sample = try await SampleModel(state: state)
        let version = try await sample.serve()
        if isCompared {
            try await PublishedModel(
                name: Self.alone, interface: Self.sampleInterface, model: version.model, bytes: version.bytes, state: state
            ).publish()
            _ = try await sample.compare(recipe: "softmax-regression")
        }
        let key = try await sample.callerKey()
        let token = try Self.token(key, at: record.gatewayURL)
        session = try await Self.session(of: version.model, state: state)
        pixels = try SampleModel.pixels()
        let body = try SampleModel.requestBody()
        func call(_ url: String?, _ credential: String, _ model: String = SampleModel.name) throws -> (Int, BenchRequest) {
            let headers = [("Content-Type", "application/json"), ("Authorization", "Bearer " + credential)]
            return (try Self.port(url), BenchRequest(path: "/v2/models/\(model)/infer", headers: headers, body: body))
        }
        func instances(_ service: ServiceName) -> [String?] { record.instances.filter { $0.service == service.rawValue }.map(\.url) }
        processes = Dictionary(grouping: record.instances, by: \.service).mapValues { $0.map { ProcessTree(root: $0.pid) } }
        whole = [record.supervisor, try Self.postgres(state: state)].map(ProcessTree.init)
        inferencePorts = try instances(.inference).map(Self.port)
        calls = [
            .inference: try call(instances(.inference).first ?? nil, token),
            .router: try call(instances(.experimentRouter).first ?? nil, token),
            .direct: try call(record.gatewayURL, key.secret, isCompared ? Self.alone : SampleModel.name),
            .gateway: try call(record.gatewayURL, key.secret),
        ]
    }

    /// The sample's, as its manifest declares it.
    private static let sampleInterface = Interface(
        inputs: [.init(name: "pixels", datatype: "FP32", shape: [-1, 64], minimum: 0, maximum: 16)],
        outputs: [
            .init(name: "label", datatype: "INT64", shape: [-1]), .init(name: "probabilities", datatype: "FP32", shape: [-1, 10]),
        ],
        context: ["source", "form"].map { .init(name: $0, datatype: "BYTES") })

    /// Postgres is nobody's child here.
    private static func postgres(state: String) throws -> Int32 {
        let file = state + "/postgres/data/postmaster.pid"
        guard let pid = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first.flatMap({ Int32($0) }) else {
            throw BenchFault("\(file) names no process")
        }
        return pid
    }

    /// Measures one way for some time, by callers of this process.
    func measure(_ way: ServingComparison.Way, for time: Duration) async throws -> LoadSample {
        guard let (port, request) = calls[way.path] else {
            let (session, pixels) = (session, pixels)
            return try await LoadSample.measure(threads: way.connections, for: time) {
                {
                    let input = Tensor(name: "pixels", shape: [1, 64], floats: pixels)
                    let outputs = try session.run([input], outputs: ["label", "probabilities"])
                    guard outputs.count == 2 else { throw BenchFault("the engine gave \(outputs.count) outputs") }
                }
            }
        }
        let (bytes, before) = (request.bytes, spent())
        let sample = try await LoadSample.measure(threads: way.connections, for: time) {
            let caller = try LoadCaller(port: port)
            return { try caller.call(bytes) }
        }
        try PassageAudit(path: way.path, requests: sample.milliseconds.count, seconds: sample.seconds).check(
            spent().merging(before) { $0 - $1 })
        return sample
    }

    /// Makes a model of the benchmark serve in the mesh, as `bench-<its name>`.
    func publish(_ model: BenchModel, places: BenchPlaces) async throws -> PublishedModel {
        let bytes = Array(try Data(contentsOf: places.model(model)))
        let digest = try await DirectoryBlobStore(root: URL(filePath: state + "/blobs")).put(bytes)
        let published = try PublishedModel(
            name: "bench-" + model.rawValue, interface: model.interface, model: digest, bytes: bytes.count, state: state)
        try await published.publish()
        return published
    }

    /// The champion in an engine of this process, set up as the service sets it up.
    private static func session(of model: Digest, state: String) async throws -> Session {
        let environment = ProcessInfo.processInfo.environment
        guard let library = LibraryPath.find("libonnxruntime.so", variable: "MESH_ONNXRUNTIME", environment: environment) else {
            throw BenchFault("no libonnxruntime.so: run make deps")
        }
        let bytes = try await DirectoryBlobStore(root: URL(filePath: state + "/blobs")).get(model)
        return try Session(runtime: try Runtime(libraryPath: library), model: bytes)
    }

    /// A token for a key (OAuth 2 client credentials).
    private static func token(_ key: (id: String, secret: String), at url: String) throws -> String {
        var connection = try LoadConnection(port: try port(url))
        let basic = Data("\(key.id):\(key.secret)".utf8).base64EncodedString()
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Authorization", "Basic " + basic)]
        let form = Array("grant_type=client_credentials".utf8)
        let answer = try connection.exchange(LoadConnection.request("POST", "/v1/identity/token", headers: headers, body: form))
        let value = try WireJSON.decode(JSONValue.self, from: Data(answer.body))
        guard let token = value["access_token"]?.stringValue else { throw BenchFault("no token: status \(answer.status)") }
        return token
    }

    private static func port(_ url: String?) throws -> Int {
        guard let port = url.flatMap({ URL(string: $0)?.port }) else { throw BenchFault("no URL: \(url ?? "none")") }
        return port
    }

    /// Runs the command that lies beside this program.
    private static func mesh(_ arguments: String..., state: String) throws {
        let program = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        let process = Process()
        process.executableURL = program.deletingLastPathComponent().appending(path: "mesh")
        process.arguments = arguments + ["--state", state]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchFault("mesh \(arguments[0]) ended with status \(process.terminationStatus)")
        }
    }
}
