import CDuckDB

/// A connection for one statement, used on one thread.
final class TableConnection {
    private let api: OpaquePointer
    private let connection: OpaquePointer
    private let interruption: Interruption

    init(api: OpaquePointer, database: OpaquePointer, interruption: Interruption) throws(TableError) {
        var connection: OpaquePointer?
        guard mesh_duckdb_connect(api, database, &connection) == 0, let connection else { throw TableError(.failed, "no connection") }
        self.api = api
        self.connection = connection
        self.interruption = interruption
        interruption.begin(connection)
    }

    deinit {
        interruption.finish()
        mesh_duckdb_disconnect(api, connection)
    }

    /// Runs one statement.
    func run(_ sql: String, _ parameters: [TableValue] = []) throws(TableError) -> Table {
        try execute(sql, parameters, mesh_duckdb_execute) { (result) throws(TableError) in
            try ResultReader(api: self.api, result: result).table()
        }
    }

    /// Runs one statement and hands over its chunks as they are computed. A chunk counts until the call with it returns.
    func stream(_ sql: String, _ body: (OpaquePointer) throws(TableError) -> Void) throws(TableError) {
        try execute(sql, [], mesh_duckdb_execute_streaming) { (result) throws(TableError) in
            while let chunk = mesh_duckdb_fetch(self.api, result) {
                defer { mesh_duckdb_release_chunk(self.api, chunk) }
                if mesh_duckdb_chunk_size(self.api, chunk) == 0 { break }
                try body(chunk)
            }
            if let message = mesh_duckdb_result_error(self.api, result) {
                try self.checkInterruption()
                throw TableError(engineType: mesh_duckdb_result_error_type(self.api, result), self.text(message))
            }
        }
    }

    private func execute<Value>(
        _ sql: String, _ parameters: [TableValue],
        _ start: (OpaquePointer, OpaquePointer, UnsafeMutablePointer<OpaquePointer?>) -> Int32,
        _ read: (OpaquePointer) throws(TableError) -> Value
    ) throws(TableError) -> Value {
        try checkInterruption()
        var statement: OpaquePointer?
        let isPrepared = mesh_duckdb_prepare(api, connection, sql, &statement) == 0
        guard let statement else { throw TableError(.failed, "a statement could not be prepared") }
        defer { mesh_duckdb_release_statement(api, statement) }
        guard isPrepared else { throw TableError(.statement, text(mesh_duckdb_prepare_error(api, statement))) }
        for (index, value) in parameters.enumerated() {
            guard bind(value, UInt64(index + 1), statement) == 0 else {
                throw TableError(.statement, "parameter \(index + 1) could not be bound")
            }
        }
        var result: OpaquePointer?
        let succeeded = start(api, statement, &result) == 0
        defer { mesh_duckdb_release_result(api, result) }
        guard succeeded, let result else {
            try checkInterruption()
            throw TableError(engineType: mesh_duckdb_result_error_type(api, result), text(mesh_duckdb_result_error(api, result)))
        }
        return try read(result)
    }

    /// Fills a temporary table of this connection.
    func load(_ table: Table, as name: String) throws(TableError) {
        let columns = table.columns.map { "\(TableSQL.identifier($0.name)) \($0.values.type)" }
        try load(columns, as: name) { (append) throws(TableError) in try ChunkWriter(api: self.api, table: table).write(append) }
    }

    /// Makes a temporary table of these columns, and fills it with the chunks that the body hands over.
    func load(
        _ columns: [String], as name: String, _ body: ((OpaquePointer) throws(TableError) -> Void) throws(TableError) -> Void
    ) throws(TableError) {
        _ = try run("CREATE TEMP TABLE \(TableSQL.identifier(name)) (\(columns.joined(separator: ", ")))")
        var appender: OpaquePointer?
        let isMade = mesh_duckdb_append_to(api, connection, "temp", name, &appender) == 0
        guard let appender else { throw TableError(.failed, "no appender") }
        defer { mesh_duckdb_release_appender(api, appender) }
        guard isMade else { throw TableError(.failed, text(mesh_duckdb_appender_error(api, appender))) }
        try body { (chunk) throws(TableError) in
            try self.checkInterruption()
            guard mesh_duckdb_append(self.api, appender, chunk) == 0 else {
                throw TableError(.failed, self.text(mesh_duckdb_appender_error(self.api, appender)))
            }
        }
        guard mesh_duckdb_flush(api, appender) == 0 else { throw TableError(.failed, text(mesh_duckdb_appender_error(api, appender))) }
    }

    private func checkInterruption() throws(TableError) {
        switch interruption.reason {
        case .timeLimit: throw TableError(.timeLimit, "the statement took longer than its limit")
        case .some(let reason): throw TableError(reason, "the statement was cancelled")
        case nil: break
        }
    }

    private func bind(_ value: TableValue, _ index: UInt64, _ statement: OpaquePointer) -> Int32 {
        switch value {
        case .null: mesh_duckdb_bind_null(api, statement, index)
        case .bool(let value): mesh_duckdb_bind_bool(api, statement, index, value ? 1 : 0)
        case .integer(let value): mesh_duckdb_bind_integer(api, statement, index, value)
        case .double(let value): mesh_duckdb_bind_double(api, statement, index, value)
        case .text(let value): bindText(Array(value.utf8), index, statement)
        case .blob(let bytes): mesh_duckdb_bind_blob(api, statement, index, bytes, UInt64(bytes.count))
        }
    }

    private func bindText(_ bytes: [UInt8], _ index: UInt64, _ statement: OpaquePointer) -> Int32 {
        mesh_duckdb_bind_text(api, statement, index, bytes, UInt64(bytes.count))
    }

    private func text(_ message: UnsafePointer<CChar>?) -> String { message.map { String(cString: $0) } ?? "no reason given" }
}
