import Foundation
import Settings

/// What the trainer is told from outside, beside what every service is told.
public struct TrainerSettings: Sendable {
    /// A killed worker's job is taken up after this many milliseconds.
    static let standardLease = 5_000

    public let databaseURL: Secret
    public let blobs: URL
    /// Path of the engine's library; nil when none was found.
    public let onnxRuntime: String?
    /// Path of the tables' library; nil when none was found.
    public let duckDB: String?
    /// Path of the library for boosted trees; nil when none was found.
    public let xgBoost: String?
    /// The internal gateway, where the other services answer.
    public let internalURL: String
    public let clientID: String
    public let clientSecret: Secret
    /// Folder of that secret.
    public let secrets: URL
    /// Where programs of command recipes reach MLflow's API; nil where they run without.
    public let trackingURL: String?
    /// Whether programs of command recipes are run with the trainer's own rights where it is not root.
    public let trustsCommands: Bool
    public let workers: Int
    public let lease: Duration
    /// What manifests call the machine that latency and memory are measured on.
    public let machine: String
    /// Most jobs at once of a team that has no quota of its own.
    public let teamQuota: Int

    public init(_ reader: inout SettingsReader, environment: [String: String]) {
        databaseURL = reader.secret("DATABASE_URL", help: "Postgres, as the role trainer.")
        blobs = URL(filePath: reader.string("MESH_BLOBS", help: "Folder of the blob store."))
        onnxRuntime = Self.library(&reader, "MESH_ONNXRUNTIME", "libonnxruntime.so", environment)
        duckDB = Self.library(&reader, "MESH_DUCKDB", "libduckdb.so", environment)
        xgBoost =
            reader.optional("MESH_XGBOOST", help: "Path of libxgboost.so; .mesh/lib above the working directory when absent.")
            ?? LibraryPath.find("libxgboost.so", variable: "MESH_XGBOOST", environment: environment)
        internalURL = reader.string("MESH_INTERNAL_URL", help: "URL of the internal gateway.")
        clientID = reader.string("MESH_CLIENT_ID", help: "OAuth 2 client id of this service.")
        let help = "File with this service's client secret."
        let secret = reader.fileContents("MESH_CLIENT_SECRET_FILE", help: help)
        clientSecret = Secret(secret.trimmingCharacters(in: .whitespacesAndNewlines))
        secrets = URL(filePath: reader.optional("MESH_CLIENT_SECRET_FILE", help: help) ?? "").deletingLastPathComponent()
        trackingURL = reader.optional(
            "TRAINER_TRACKING_URL", help: "Base URL of MLflow's API for programs of command recipes, as http://gateway:8080/mlflow.")
        let commands = reader.string(
            "TRAINER_COMMANDS", default: "isolated",
            help: "Where the trainer is not root, programs of command recipes have its own rights: none is run, but with trusted.")
        if !["isolated", "trusted"].contains(commands) { reader.fault("TRAINER_COMMANDS must be isolated or trusted") }
        trustsCommands = commands == "trusted"
        workers = reader.integer("TRAINER_WORKERS", in: 1...64, default: 1, help: "Jobs that run at once.")
        lease = reader.duration(
            milliseconds: "TRAINER_LEASE", in: 100...600_000, default: Self.standardLease,
            help: "Milliseconds without a sign of life after which another worker takes a job up.")
        machine = reader.string(
            "TRAINER_MACHINE", default: "local", help: "Name by which manifests mean this machine in tests of latency and memory.")
        teamQuota = reader.integer(
            "TRAINER_TEAM_QUOTA", in: QueueRules.quotas, default: QueueRules.quotas.upperBound,
            help: "Jobs of a team that run at once, for teams without a quota of their own.")
    }

    private static func library(
        _ reader: inout SettingsReader, _ variable: String, _ file: String, _ environment: [String: String]
    ) -> String? {
        let given = reader.optional(variable, help: "Path of \(file); .mesh/lib above the working directory when absent.")
        let path = given ?? LibraryPath.find(file, variable: variable, environment: environment)
        if path == nil { reader.fault("\(file) was not found: run `make deps`, or set \(variable)") }
        return path
    }
}
