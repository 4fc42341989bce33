import Foundation
import Settings

/// What batch inference is told from outside.
public struct BatchSettings: Sendable {
    /// A killed worker's task is taken up after this many milliseconds.
    static let standardLease = 5_000
    /// While one reads, one predicts and one writes.
    static let standardWorkers = 3
    static let standardRetentionDays = 30
    /// Memory of the table engine: a few groups of rows of each worker.
    static let standardMemory = 512

    /// Path of the tables' library; nil when none was found.
    public let duckDB: String?
    public let workers: Int
    public let lease: Duration
    public let retention: Duration
    /// Most rows of a shard.
    public let shardRows: Int
    /// Bytes that the table engine may take.
    public let memory: Int

    public init(_ reader: inout SettingsReader, environment: [String: String]) {
        let given = reader.optional("MESH_DUCKDB", help: "Path of libduckdb.so; .mesh/lib above the working directory when absent.")
        duckDB = given ?? LibraryPath.find("libduckdb.so", variable: "MESH_DUCKDB", environment: environment)
        if duckDB == nil { reader.fault("libduckdb.so was not found: run `make deps`, or set MESH_DUCKDB") }
        workers = reader.integer(
            "BATCH_WORKERS", in: 0...64, default: Self.standardWorkers,
            help: "Tasks of batch jobs that run at once; 0 leaves them, and builds of indexes, to others.")
        lease = reader.duration(
            milliseconds: "BATCH_LEASE", in: 100...600_000, default: Self.standardLease,
            help: "Milliseconds without a sign of life after which another worker takes a task up.")
        let days = reader.integer(
            "BATCH_RETENTION_DAYS", in: 1...3_650, default: Self.standardRetentionDays,
            help: "Days that ended batch jobs, their output and uploaded files are kept.")
        retention = .seconds(days * 86_400)
        shardRows = reader.integer(
            "BATCH_SHARD_ROWS", in: 1...BatchPlan.mostShardRows, default: BatchPlan.mostShardRows, help: "Most rows of a shard.")
        memory =
            reader.integer(
                "BATCH_MEMORY_MIB", in: 64...65_536, default: Self.standardMemory, help: "MiB that the table engine may take.") << 20
    }
}
