import CDuckDB
import Dispatch
import Foundation
import Scheduling

/// DuckDB out of a library that is opened at run time: queries over Parquet files, and files written from tables.
///
/// One database in memory serves a process; each statement has a connection of its own. The engine reads and writes below the given
/// folders only, and its configuration is locked. Statements are composed by this project's code: values are bound, names and texts go
/// through ``TableSQL``, people's predicates through the slice grammar.
///
/// `@unchecked Sendable`: the table of functions and the database are not changed after the start, and the library allows connections to be
/// used from any thread.
public final class TableEngine: @unchecked Sendable {
    /// What the engine may take.
    public struct Limits: Sendable, Hashable {
        /// Memory of the engine in bytes; what needs more goes to the scratch folder, else fails.
        public var memory: Int
        /// Threads that one statement may use.
        public var threads: Int
        /// Statements that run at once; more wait.
        public var statements: Int
        /// Longest time of a statement.
        public var time: Duration
        /// Whether statements run only when nobody else wants the core. Threads of the engine's own, which more than one a statement
        /// brings, do not.
        public var isBackground: Bool

        public init(
            memory: Int = 512 << 20, threads: Int = 2, statements: Int = 2, time: Duration = .seconds(30), isBackground: Bool = false
        ) {
            self.memory = memory
            self.threads = threads
            self.statements = statements
            self.time = time
            self.isBackground = isBackground
        }
    }

    /// Version of the library.
    public let version: String
    public let limits: Limits
    private let api: OpaquePointer
    private let database: OpaquePointer
    private let lanes: any StatementThreads

    /// Opens the library and asks it what is known: a library that answers wrongly is refused here, not later.
    ///
    /// - Parameters:
    ///   - folders: what the engine may read and write, with everything below.
    ///   - scratch: where it puts what does not fit into memory.
    public init(libraryPath: String, folders: [URL], scratch: URL, limits: Limits = Limits()) throws(TableError) {
        let library = mesh_duckdb_load(libraryPath)
        guard library.fault == nil, let api = library.api else {
            throw TableError(.library, "\(libraryPath): \(library.fault.map { String(cString: $0) } ?? "not a DuckDB")")
        }
        var database: OpaquePointer?
        guard mesh_duckdb_open(api, &database) == 0, let database else { throw TableError(.library, "no database could be opened") }
        self.api = api
        self.database = database
        self.limits = limits
        version = library.version.map { String(cString: $0) } ?? "unknown"
        lanes = limits.isBackground ? IdleExecutor(name: "tables", threads: limits.statements) : Lanes(count: limits.statements)
        try configure(folders: folders, scratch: scratch)
    }

    deinit { mesh_duckdb_close(api, database) }

    /// Runs one statement and gives its rows. `?` in the text stands for the parameters in order. `within` is a time limit of its own.
    ///
    /// Throws ``TableError``.
    public func query(_ sql: String, _ parameters: [TableValue] = [], within limit: Duration? = nil) async throws -> Table {
        try await perform(within: limit) { (connection) throws(TableError) in try connection.run(sql, parameters) }
    }

    /// Writes a table as a Parquet file (zstd). `metadata` goes into the file's key-value pairs.
    public func write(_ table: Table, to file: URL, metadata: [String: String] = [:]) async throws {
        try await perform(within: nil) { (connection) throws(TableError) in
            try connection.load(table, as: "written")
            _ = try connection.run(Self.copy("SELECT * FROM temp.main.written", to: file, metadata: metadata))
        }
    }

    /// Writes the rows of a query as a Parquet file (zstd).
    public func write(query sql: String, to file: URL, metadata: [String: String] = [:]) async throws {
        _ = try await query(Self.copy(sql, to: file, metadata: metadata))
    }

    /// Runs a query that sees some tables under their names, as small ones to be joined with files.
    public func query(_ sql: String, _ parameters: [TableValue] = [], with tables: [String: Table]) async throws -> Table {
        try await perform(within: nil) { (connection) throws(TableError) in
            for (name, table) in tables { try connection.load(table, as: name) }
            return try connection.run(sql, parameters)
        }
    }

    /// Input tensors of the rows of a query, as they are computed: see ``RowSlice``. The query gives row numbers without gaps first, then one
    /// list for each field, as ``RowProjection`` writes it.
    ///
    /// Nothing holds the reading back when the consumer is slow: the query is to be bounded in rows. Ends when its consumer ends.
    ///
    /// - Parameters:
    ///   - rows: most rows of a slice.
    public func slices(_ sql: String, fields: [TensorField], rows: Int, within limit: Duration? = nil) -> AsyncThrowingStream<
        RowSlice, any Error
    > {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await perform(within: limit) { [self] (connection) throws(TableError) in
                        let reader = RowSliceReader(api: api, fields: fields, rows: rows)
                        try connection.stream(sql) { (chunk) throws(TableError) in
                            for slice in try reader.slices(of: chunk) { continuation.yield(slice) }
                        }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// Input tensors of rows of a Parquet file, pulled by whoever predicts them.
    ///
    /// - Parameters:
    ///   - range: numbers of the rows.
    ///   - rows: most rows of a slice.
    public func feed(
        _ projection: RowProjection, of source: RowSource, _ range: Range<Int>, rows: Int, within limit: Duration? = nil
    ) -> RowFeed {
        RowFeed(ParquetTensors(source.path, fields: projection.fields, range: range, rows: rows), from: range.lowerBound) { first in
            self.slices(projection.inputs(of: source, first..<range.upperBound), fields: projection.fields, rows: rows, within: limit)
        }
    }

    /// Writes a query's rows as a file. The query sees `predictions`: the rows of the slices in their order, with the columns `row`, those of
    /// the outputs, and `error`.
    public func write(
        _ slices: [PredictedSlice], outputs: [OutputField], query sql: String, to file: URL, options: [String],
        within limit: Duration? = nil
    ) async throws {
        try await perform(within: limit) { [self] (connection) throws(TableError) in
            let columns = ["\"row\" BIGINT"] + outputs.map { "\(TableSQL.identifier($0.name)) \($0.sqlType)" } + ["\"error\" VARCHAR"]
            try connection.load(columns, as: "predictions") { (append) throws(TableError) in
                let writer = PredictionWriter(api: api, outputs: outputs)
                for slice in slices { try writer.write(slice, append) }
            }
            _ = try connection.run(Self.copy(sql, to: file, options))
        }
    }

    /// Writes the rows of a query as a file, with options of `COPY`. Gives how many rows there were.
    @discardableResult
    public func write(query sql: String, to file: URL, options: [String], within limit: Duration? = nil) async throws -> Int {
        let answer = try await query(Self.copy(sql, to: file, options), within: limit)
        return Int(try answer.columns.first?.integers().first ?? 0)
    }

    private static func copy(_ sql: String, to file: URL, _ options: [String]) -> String {
        "COPY (\(sql)) TO \(TableSQL.literal(file.path(percentEncoded: false))) (\(options.joined(separator: ", ")))"
    }

    private static func copy(_ sql: String, to file: URL, metadata: [String: String]) -> String {
        let pairs = metadata.sorted { $0.key < $1.key }.map { "\(TableSQL.identifier($0.key)): \(TableSQL.literal($0.value))" }
        let options = ["FORMAT parquet", "COMPRESSION zstd"] + (pairs.isEmpty ? [] : ["KV_METADATA {\(pairs.joined(separator: ", "))}"])
        return copy(sql, to: file, options)
    }

    private func perform<Value: Sendable>(
        within limit: Duration?, _ work: @escaping @Sendable (TableConnection) throws(TableError) -> Value
    ) async throws -> Value {
        let interruption = Interruption(api: api)
        return try await withTaskCancellationHandler {
            try await lanes.run { [self] in
                let connection = try TableConnection(api: api, database: database, interruption: interruption)
                let alarm = interruption.arm(after: limit ?? limits.time)
                defer {
                    interruption.finish()
                    alarm.cancel()
                }
                return try work(connection)
            }
        } onCancel: {
            interruption.fire(.cancelled)
        }
    }

    /// Settings that hold for ever, then the question whose answer is known.
    private func configure(folders: [URL], scratch: URL) throws(TableError) {
        let connection = try TableConnection(api: api, database: database, interruption: Interruption(api: api))
        let allowed = (folders + [scratch]).map { TableSQL.literal($0.path(percentEncoded: false)) }.joined(separator: ", ")
        // A single thread keeps the order of rows by itself; without the promise it may cut files by bytes.
        let order = limits.threads == 1 ? ["SET preserve_insertion_order = false"] : []
        let settings =
            order + [
                "SET memory_limit = '\(limits.memory / 1024)KiB'", "SET threads = \(limits.threads)",
                "SET temp_directory = \(TableSQL.literal(scratch.appending(path: "spill").path(percentEncoded: false)))",
                "SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false",
                "SET allowed_directories = [\(allowed)]", "SET enable_external_access = false", "SET lock_configuration = true",
            ]
        for setting in settings { _ = try connection.run(setting) }
        let answer = try connection.run(
            "SELECT sum(i)::BIGINT AS total, json_extract_string('{\"a\": \"x\"}', '$.a') AS text, list(i ORDER BY i DESC)[1] AS last FROM range(5) t(i)"
        )
        guard try answer.column("total").integers() == [10], try answer.column("text").texts() == ["x"],
            try answer.column("last").integers() == [4]
        else { throw TableError(.library, "the library gives wrong answers in the self-test") }
    }
}
