import Contracts
import Cryptography
import EventLog
import Foundation
import Logging
import MeshCommand
import Postgres

/// A tracking server that runs: the trainer, or MLflow's own.
struct TrackingServer: Sendable {
    let port: Int
    let tree: ProcessTree
    /// What stands before MLflow's paths.
    private let prefix: String
    private let headers: [(String, String)]

    /// The trainer that lies beside this program, with a database of its own.
    static func trainer(on cluster: TrackingCluster, in folder: URL, port: Int) async throws -> TrackingServer {
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let administrator = Database(url: cluster.url, maximumConnections: 1, logger: logger)
        try await administrator.execute("CREATE DATABASE ours")
        try await administrator.execute("CREATE DATABASE peer")
        administrator.close()
        let url = cluster.url(database: "ours")
        try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: logger)
        let bare = Database(url: url, maximumConnections: 1, logger: logger)
        try await bare.execute("CREATE SCHEMA trainer")
        bare.close()
        let (key, secret, keys) = (RSAPrivateKey.generate(), folder.appending(path: "secret"), folder.appending(path: "keys.pem"))
        try Data("secret".utf8).write(to: secret)
        try Data(key.publicKeyPEM.utf8).write(to: keys)
        let environment = [
            "DATABASE_URL": url, "MESH_BLOBS": folder.path, "MESH_INTERNAL_URL": "http://127.0.0.1:9", "MESH_CLIENT_ID": "trainer",
            "MESH_CLIENT_SECRET_FILE": secret.path, "MESH_PUBLIC_KEY": keys.path, "MESH_ISSUER": "https://mlmesh",
            "MESH_CURSOR_KEY": UUID().uuidString + UUID().uuidString, "LISTEN_PORT": String(port), "LOG_LEVEL": "warning",
            "TRAINER_TRACKING_URL": "http://127.0.0.1:\(port)/mlflow",
        ]
        let tree = try start(try BenchPlaces.sibling("trainer"), [], environment, log: folder.appending(path: "trainer.log"))
        let server = TrackingServer(
            port: port, tree: tree, prefix: "/mlflow", headers: [("Authorization", "Bearer \(try token(key))")])
        return try server.ready()
    }

    /// MLflow's own server with its own number of workers.
    static func mlflow(on cluster: TrackingCluster, in folder: URL, port: Int, workers: Int) throws -> TrackingServer {
        let program = ".mesh/clients/bench/mlflow/bin/mlflow"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw BenchFault("\(program) is missing: run deploy/scripts/clients.sh bench/mlflow")
        }
        let arguments = [
            "server", "--backend-store-uri", cluster.url(database: "peer", scheme: "postgresql+psycopg2"), "--artifacts-destination",
            folder.appending(path: "artifacts").path, "--host", "127.0.0.1", "--port", String(port), "--workers", String(workers),
        ]
        let tree = try start(program, arguments, ["MLFLOW_DISABLE_TELEMETRY": "true"], log: folder.appending(path: "mlflow.log"))
        return try TrackingServer(port: port, tree: tree, prefix: "", headers: []).ready()
    }

    /// Starts a run and gives its id.
    func run() throws -> String {
        var connection = try LoadConnection(port: port)
        let answer = try connection.exchange(request("runs/create", #"{"experiment_id":"0","start_time":1}"#))
        let json = try WireJSON.decode(JSONValue.self, from: Data(answer.body))
        guard let id = json["run"]?["info"]?["run_id"]?.stringValue else {
            throw BenchFault("port \(port) made no run: \(String(decoding: answer.body.prefix(300), as: UTF8.self))")
        }
        return id
    }

    /// A request that logs points which no other request has.
    func logging(_ points: Int, to run: String, client: UInt32, count: Int) -> [UInt8] {
        guard points > 1 else {
            let body =
                #"{"run_uuid":"\#(run)","run_id":"\#(run)","key":"loss","value":\#(Double(count) / 7),"timestamp":\#(client),"step":\#(count)}"#
            return request("runs/log-metric", body)
        }
        let metrics = (0..<points).map { index in
            #"{"key":"metric \#(index % 10)","value":\#(Double(index) / 7),"timestamp":\#(Int(client) + index),"step":\#(count)}"#
        }
        return request("runs/log-batch", #"{"run_id":"\#(run)","metrics":[\#(metrics.joined(separator: ","))]}"#)
    }

    private func request(_ path: String, _ body: String) -> [UInt8] {
        BenchRequest(
            path: "\(prefix)/api/2.0/mlflow/\(path)", headers: headers + [("Content-Type", "application/json")], body: Array(body.utf8)
        ).bytes
    }

    /// Asks until the server makes a run, for two minutes at most: MLflow's makes its tables first.
    private func ready() throws -> TrackingServer {
        let end = ContinuousClock.now + .seconds(120)
        while true {
            do {
                _ = try run()
                return self
            } catch {
                guard ContinuousClock.now < end else {
                    tree.end()
                    throw error
                }
                usleep(200_000)
            }
        }
    }

    private static func start(
        _ program: String, _ arguments: [String], _ environment: [String: String], log: URL
    ) throws -> ProcessTree {
        try Data().write(to: log)
        let output = try FileHandle(forWritingTo: log)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return ProcessTree(root: process.processIdentifier)
    }

    private static func token(_ key: RSAPrivateKey) throws -> String {
        let now = Int(Date.now.timeIntervalSince1970)
        let claims = TokenClaims(
            iss: "https://mlmesh", aud: "mlmesh", sub: "key:1", iat: now, exp: now + 86_000, jti: UUID().uuidString, scope: "build read",
            team: "bench", roles: ["engineer"], gen: 1, keyId: "1")
        return try JSONWebToken.sign(claims: claims, key: key, kid: key.publicKey.thumbprint)
    }
}
