/// One row of an answer.
public struct Row: Sendable {
    let result: ResultSet
    let index: Int

    /// A column's value. Throws ``ColumnFault`` when there is no such column or it holds something else.
    public func decode<T: SQLDecodable>(_ column: String, as type: T.Type = T.self) throws -> T {
        guard let position = result.index(of: column) else { throw ColumnFault(expected: "a column of the answer", column: column) }
        do {
            return try T.decode(sqlText: result.text(row: index, column: position))
        } catch var fault as ColumnFault {
            fault.column = column
            throw fault
        }
    }
}
