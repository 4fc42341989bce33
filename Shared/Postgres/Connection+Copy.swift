import CLibPQ
import Foundation

/// COPY: many rows in one statement, streamed.
extension Connection {
    /// Bytes that are handed to libpq at once.
    private static let chunk = 64 << 10

    /// Writes rows into a table: all of them or none. Returns how many. Values stand in the order of the columns.
    @discardableResult
    public func copy<Rows: Sequence & Sendable>(into table: String, columns: [String], _ rows: Rows) async throws -> Int
    where Rows.Element == [(any SQLEncodable)?] {
        let names = columns.map(SQL.quoted).joined(separator: ", ")
        return try await blocking { connection in
            try Self.begin("COPY \(SQL.quoted(table)) (\(names)) FROM STDIN", PGRES_COPY_IN, on: connection)
            var bytes: [UInt8] = []
            for row in rows {
                CopyText.append(row.map { $0?.sqlText ?? nil }, to: &bytes)
                if bytes.count >= Self.chunk { try Self.put(&bytes, on: connection) }
            }
            try Self.put(&bytes, on: connection)
            guard PQputCopyEnd(connection, nil) == 1 else { throw DatabaseError(.connectionLost) }
            return try Self.end(on: connection)
        }
    }

    /// Hands each row of a query to the body, as texts; nothing is gathered. Returns how many.
    ///
    /// COPY takes no bound values, so interpolated ones are embedded as quoted literals.
    @discardableResult
    public func copy(_ query: SQL, _ body: @escaping @Sendable ([String?]) throws -> Void) async throws -> Int {
        let statement = "COPY (\(query.withLiterals())) TO STDOUT"
        let link = link
        return try await blocking { connection in
            try Self.begin(statement, PGRES_COPY_OUT, on: connection)
            let refusal = Self.drain(connection, link, body)
            let count = Result { try Self.end(on: connection) }
            if let refusal { throw refusal }
            return try count.get()
        }
    }

    /// Gives every row to the body. After an error of the body the server is told to stop, and what still comes is passed over.
    private static func drain(_ connection: OpaquePointer, _ link: PipelinedConnection, _ body: ([String?]) throws -> Void) -> (any Error)?
    {
        var refusal: (any Error)?
        var row: UnsafeMutablePointer<CChar>?
        while case let length = PQgetCopyData(connection, &row, 0), length > 0 {
            guard let text = row else { break }
            defer { PQfreemem(text) }
            guard refusal == nil else { continue }
            let bytes = UnsafeRawBufferPointer(start: text, count: Int(length))
            do {
                try body(CopyText.fields(bytes))
            } catch {
                refusal = error
                link.interrupt()
            }
        }
        return refusal
    }

    private func blocking<T: Sendable>(_ body: @escaping @Sendable (OpaquePointer) throws -> T) async throws -> T {
        try Task.checkCancellation()
        let link = link
        return try await withTaskCancellationHandler {
            try await link.withBlockingAccess(body)
        } onCancel: {
            DispatchQueue.global().async { link.interrupt() }
        }
    }

    private static func begin(_ statement: String, _ expected: ExecStatusType, on connection: OpaquePointer) throws(DatabaseError) {
        guard let result = PQexec(connection, statement) else { throw DatabaseError(.connectionLost) }
        defer { PQclear(result) }
        if PQresultStatus(result) != expected { throw PipelinedConnection.fault(result) }
    }

    private static func put(_ bytes: inout [UInt8], on connection: OpaquePointer) throws(DatabaseError) {
        let done = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { PQputCopyData(connection, $0.baseAddress, Int32($0.count)) }
        }
        if done != 1 { throw DatabaseError(.connectionLost) }
        bytes.removeAll(keepingCapacity: true)
    }

    /// Takes the results that end a COPY; the rows that it moved.
    private static func end(on connection: OpaquePointer) throws(DatabaseError) -> Int {
        var outcome: Result<Int, DatabaseError> = .failure(DatabaseError(.connectionLost, detail: "no result"))
        while let result = PQgetResult(connection) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK: outcome = .success(PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0)
            default: outcome = .failure(PipelinedConnection.fault(result))
            }
            if PQstatus(connection) != CONNECTION_OK { break }
        }
        return try outcome.get()
    }
}

extension SQL {
    /// The text with each value as a literal; for utility statements that take no bound values.
    func withLiterals() -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .value(let value?): Self.literal(value)
            case .value(nil): "NULL"
            }
        }.joined()
    }
}
