import CLibPQ

/// The rows that a statement gave, held as libpq holds them.
///
/// `@unchecked Sendable`: a PGresult is not changed after it was handed out, and reading it from several threads is allowed.
final class ResultSet: @unchecked Sendable {
    private let result: OpaquePointer
    private let columns: [String: Int32]

    /// Takes over the result, which is cleared with this object.
    init(_ result: OpaquePointer) {
        self.result = result
        var columns: [String: Int32] = [:]
        for index in 0..<PQnfields(result) {
            if let name = PQfname(result, index) { columns[String(cString: name)] = index }
        }
        self.columns = columns
    }

    deinit { PQclear(result) }

    var count: Int { Int(PQntuples(result)) }

    /// Rows that the statement inserted, changed or deleted.
    var affected: Int { PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// What the server says it did, as `COMMIT`.
    var command: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }

    func index(of column: String) -> Int32? { columns[column] }

    /// A field's text; nil is NULL.
    func text(row: Int, column: Int32) -> String? {
        guard PQgetisnull(result, Int32(row), column) == 0, let value = PQgetvalue(result, Int32(row), column) else { return nil }
        let length = Int(PQgetlength(result, Int32(row), column))
        return value.withMemoryRebound(to: UInt8.self, capacity: length) {
            String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
        }
    }
}
