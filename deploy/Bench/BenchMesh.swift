import BlobStore
import Contracts
import Foundation
import MeshCommand
import OnnxRuntime
import Settings
import Tensors

/// A mesh of the benchmark's own whose model serves, and the same model in this process.
struct BenchMesh: Sendable {
    private let state: String
    private let gatewayURL: String
    private let administratorKey: String
    private let session: Session
    private let pixels: [Float]
    /// Port and request of each way that is HTTP.
    private let calls: [ServingComparison.Way.Path: (port: Int, request: BenchRequest)]
    /// The mesh's processes by the service or program that they run.
    private let processes: [String: [ProcessTree]]

    /// Starts the mesh, gives it to the body, and leaves nothing behind.
    static func run<Value>(_ body: (BenchMesh) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mlmesh-bench-\(UUID().uuidString)")
        // Postgres runs as another user when we are root.
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        let state = folder.path + "/mesh"
        defer { try? FileManager.default.removeItem(at: folder) }
        try mesh("up", "--requests-per-minute", "600000000", state: state)
        defer { try? mesh("down", state: state) }
        return try await body(try await BenchMesh(state: state))
    }

    private init(state: String) async throws {
        guard let record = MeshRecord.read(state: state) else { throw BenchFault("the mesh wrote no record") }
        self.state = state
        gatewayURL = record.gatewayURL
        administratorKey = record.administratorKey
        var sample = try await SampleModel(state: state)
        let version = try await sample.serve()
        let key = try await sample.callerKey()
        let token = try Self.token(key, at: record.gatewayURL)
        session = try await Self.session(of: version.model, state: state)
        pixels = try SampleModel.pixels()
        let body = try SampleModel.requestBody()
        func call(_ url: String?, _ credential: String) throws -> (Int, BenchRequest) {
            let headers = [("Content-Type", "application/json"), ("Authorization", "Bearer " + credential)]
            return (try Self.port(url), BenchRequest(path: "/v2/models/\(SampleModel.name)/infer", headers: headers, body: body))
        }
        func instance(_ service: ServiceName) -> String? { record.instances.first { $0.service == service.rawValue }?.url }
        processes = Dictionary(grouping: record.instances, by: \.service).mapValues { $0.map { ProcessTree(root: $0.pid) } }
        calls = [
            .inference: try call(instance(.inference), token), .router: try call(instance(.experimentRouter), token),
            .gateway: try call(record.gatewayURL, key.secret),
        ]
    }

    /// Measures one way for some time.
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
        let bytes = request.bytes
        return try await LoadSample.measure(threads: way.connections, for: time) {
            let caller = try LoadCaller(port: port)
            return { try caller.call(bytes) }
        }
    }

    /// What a way did, and the microseconds of processor time of a request in each service or program on the way.
    struct Passage: Sendable {
        let sample: SideSample
        let microseconds: [String: Double]
    }

    /// Loads one way over HTTP with wrk.
    func load(_ path: ServingComparison.Way.Path, connections: Int, seconds: Int, places: BenchPlaces) throws -> Passage {
        guard let (port, request) = calls[path] else { throw BenchFault("\(path.rawValue) is no way over HTTP") }
        let body = try places.file("\(path.rawValue).body", request.body)
        let onTheWay = processes.filter { path.programs.contains($0.key) }
        let before = onTheWay.mapValues(Self.cpuSeconds)
        let run = try WrkRun.measure(
            request, body: body, script: places.loadScript, port: port, connections: connections, seconds: seconds)
        let spent = onTheWay.mapValues(Self.cpuSeconds).merging(before) { $0 - $1 }
        return Passage(
            sample: SideSample(run, cpuSeconds: spent.values.reduce(0, +)),
            microseconds: spent.mapValues { $0 * 1e6 / Double(run.requests) })
    }

    /// Waits, for 20 seconds at most, until nothing is left to do: records of earlier requests are still shipped and stored when those have
    /// long been answered.
    func settle() async throws {
        let all = processes.values.flatMap { $0 }
        for _ in 0..<100 {
            let before = Self.cpuSeconds(of: all)
            try await Task.sleep(for: .milliseconds(200))
            if Self.cpuSeconds(of: all) - before < 0.03 { return }
        }
    }

    private static func cpuSeconds(of processes: [ProcessTree]) -> Double { processes.reduce(0) { $0 + $1.cpuSeconds } }

    /// Makes a model of the benchmark serve in the mesh, as `bench-<its name>`.
    func publish(_ model: BenchModel, places: BenchPlaces) async throws -> PublishedModel {
        let bytes = Array(try Data(contentsOf: places.model(model)))
        let digest = try await DirectoryBlobStore(root: URL(filePath: state + "/blobs")).put(bytes)
        let published = try PublishedModel(
            name: "bench-" + model.rawValue, interface: model.interface, model: digest, bytes: bytes.count, state: state)
        try await published.publish()
        return published
    }

    /// Uploads a file of rows for batch jobs.
    func upload(_ file: URL, format: TableFormat) throws -> Digest {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "curl", "--silent", "--show-error", "--request", "POST", "--upload-file", file.path, "--header",
            "Authorization: Bearer " + administratorKey, "--header", "Content-Type: application/octet-stream",
            "\(gatewayURL)/v1/inference/files?format=\(format.rawValue)",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard let uploaded = try? WireJSON.decode(UploadedFile.self, from: answer) else {
            throw BenchFault("the upload of \(file.lastPathComponent): \(String(decoding: answer.prefix(500), as: UTF8.self))")
        }
        return uploaded.digest
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
