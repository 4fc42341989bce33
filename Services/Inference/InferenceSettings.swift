import BlobStore
import Foundation
import Settings

/// What inference is told from outside, beside what every service is told.
public struct InferenceSettings: Sendable {
    /// A few hundred models of usual sizes.
    static let standardModelCacheBytes = 10 << 30

    public let databaseURL: Secret
    public let blobs: URL
    /// Folder where models are kept that were read from the store; nil where the store itself is on this machine's disk, which would then
    /// hold everything twice.
    public let modelCache: URL?
    public let modelCacheBytes: Int
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
        modelCache = reader.optional("MODEL_CACHE", help: "Folder that keeps models of a blob store that is not on this machine's disk.")
            .map { URL(filePath: $0) }
        modelCacheBytes =
            reader.integer(
                "MODEL_CACHE_MIB", in: 1...(1 << 24), default: Self.standardModelCacheBytes >> 20, help: "MiB that the folder may take.")
            << 20
        internalURL = reader.string("MESH_INTERNAL_URL", help: "URL of the internal gateway.")
        clientID = reader.string("MESH_CLIENT_ID", help: "The service's name at identity.")
        let secret = reader.fileContents("MESH_CLIENT_SECRET_FILE", help: "File with the service's secret at identity.")
        clientSecret = Secret(secret.trimmingCharacters(in: .whitespacesAndNewlines))
        spool = reader.string("MESH_SPOOL", help: "Folder for predictions on their way to the monitor.")
        let engine = EngineSettings(&reader, environment: environment)
        library = engine.library
        modelBytes = engine.modelBytes
        engineThreads = engine.threads
        queue = engine.queue
    }

    /// The store that models are read from.
    func blobStore() throws -> any BlobStore {
        let store = try DirectoryBlobStore(root: blobs)
        guard let modelCache else { return store }
        return try CachedBlobStore(store, folder: modelCache, budget: modelCacheBytes)
    }
}
