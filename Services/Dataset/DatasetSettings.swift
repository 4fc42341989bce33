import Foundation
import Settings

/// What the dataset service is told from outside, beside what every service is told.
public struct DatasetSettings: Sendable {
    /// Memory of the table engine: some hundred thousand rows are sorted in it, more go to the disk.
    static let standardMemory = 512 << 20

    public let databaseURL: Secret
    public let blobs: URL
    /// Path of the engine's library; nil when none was found.
    public let library: String?
    /// Bytes that the table engine may take.
    public let memory: Int

    public init(_ reader: inout SettingsReader, environment: [String: String]) {
        databaseURL = reader.secret("DATABASE_URL", help: "Postgres, as the role dataset.")
        blobs = URL(filePath: reader.string("MESH_BLOBS", help: "Folder of the blob store."))
        let given = reader.optional("MESH_DUCKDB", help: "Path of libduckdb.so; .mesh/lib above the working directory when absent.")
        library = given ?? LibraryPath.find("libduckdb.so", variable: "MESH_DUCKDB", environment: environment)
        if library == nil { reader.fault("libduckdb.so was not found: run `make deps`, or set MESH_DUCKDB") }
        memory = reader.integer(
            "TABLE_BYTES", in: (64 << 20)...(1 << 40), default: Self.standardMemory, help: "Bytes of memory that queries may take.")
    }
}
