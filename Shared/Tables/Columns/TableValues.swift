/// The values of a column, one after the other in memory.
///
/// Where a column has no value for a row, something of the type stands in its place; ``TableColumn/nulls`` tells.
public indirect enum TableValues: Sendable, Hashable {
    case bool([Bool])
    case integer([Int64])
    case float([Float])
    case double([Double])
    case text([String])
    case blob([[UInt8]])
    /// Row r has the elements from `offsets[r]` up to `offsets[r + 1]`; there is one offset more than rows.
    case list(offsets: [Int], elements: TableValues)

    public var count: Int {
        switch self {
        case .bool(let values): values.count
        case .integer(let values): values.count
        case .float(let values): values.count
        case .double(let values): values.count
        case .text(let values): values.count
        case .blob(let values): values.count
        case .list(let offsets, _): max(0, offsets.count - 1)
        }
    }

    /// The type as SQL names it.
    public var type: String {
        switch self {
        case .bool: "BOOLEAN"
        case .integer: "BIGINT"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .text: "VARCHAR"
        case .blob: "BLOB"
        case .list(_, let elements): elements.type + "[]"
        }
    }
}
