import Foundation
import Settings

/// What inference is told from outside, beside what every service is told.
public struct InferenceSettings: Sendable {
    /// Memory that loaded models may take, judged by their files: engines keep about as much again.
    static let standardModelBytes = 1 << 30
    /// Requests that may wait for an engine thread; more are refused at once.
    static let standardQueue = 256

    public let databaseURL: Secret
    public let blobs: URL
    /// The internal gateway, where monitor and identity answer.
    public let internalURL: String
    /// The service's own credentials.
    public let clientID: String
    public let clientSecret: Secret
    /// Folder of the spools of all instances on this machine.
    public let spool: String
    /// Path of the engine's library; nil when none was found.
    public let library: String?
    public let modelBytes: Int
    public let engineThreads: Int
    public let queue: Int

    public init(_ reader: inout SettingsReader, environment: [String: String]) {
        databaseURL = reader.secret("DATABASE_URL", help: "Postgres, as the role inference.")
        blobs = URL(filePath: reader.string("MESH_BLOBS", help: "Folder of the blob store."))
        internalURL = reader.string("MESH_INTERNAL_URL", help: "URL of the internal gateway.")
        clientID = reader.string("MESH_CLIENT_ID", help: "The service's name at identity.")
        let secret = reader.fileContents("MESH_CLIENT_SECRET_FILE", help: "File with the service's secret at identity.")
        clientSecret = Secret(secret.trimmingCharacters(in: .whitespacesAndNewlines))
        spool = reader.string("MESH_SPOOL", help: "Folder for predictions on their way to the monitor.")
        let given = reader.optional(
            "MESH_ONNXRUNTIME", help: "Path of libonnxruntime.so; .mesh/lib above the working directory when absent.")
        library = given ?? LibraryPath.find("libonnxruntime.so", variable: "MESH_ONNXRUNTIME", environment: environment)
        if library == nil { reader.fault("libonnxruntime.so was not found: run `make deps`, or set MESH_ONNXRUNTIME") }
        modelBytes = reader.integer(
            "MODEL_BYTES", in: (1 << 20)...(1 << 40), default: Self.standardModelBytes,
            help: "Bytes of model files that may be loaded at once.")
        let cores = ProcessInfo.processInfo.activeProcessorCount
        engineThreads = reader.integer("ENGINE_THREADS", in: 1...256, default: cores, help: "Requests that run at once.")
        queue = reader.integer("QUEUE", in: 1...100_000, default: Self.standardQueue, help: "Requests that may wait; more get 429.")
    }
}
