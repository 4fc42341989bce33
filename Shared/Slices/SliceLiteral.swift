/// A constant that a field is compared with.
public enum SliceLiteral: Sendable, Hashable {
    /// A whole number; compared with whole numbers exactly, with others as a double.
    case integer(Int64)
    /// Any other finite number.
    case number(Double)
    case string(String)
    case bool(Bool)
}

extension SliceLiteral: CustomStringConvertible {
    /// The literal as the grammar writes it.
    public var description: String {
        switch self {
        case .integer(let value): String(value)
        case .number(let value): value.description
        case .string(let value): "'" + value.replacing("'", with: "''") + "'"
        case .bool(let value): value ? "TRUE" : "FALSE"
        }
    }
}
