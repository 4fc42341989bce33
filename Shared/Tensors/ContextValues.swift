import Contracts

/// A context field's values, one for each row of a request: as they came, so that many rows do not cost many values before they are needed.
public enum ContextValues: Sendable {
    /// One element for each row.
    case each(Tensor)
    /// A parameter, which counts for all of so many rows.
    case same(JSONValue, rows: Int)

    public var count: Int {
        switch self {
        case .each(let tensor): tensor.count
        case .same(_, let rows): rows
        }
    }

    /// The values themselves, row by row.
    public var elements: [JSONValue] {
        switch self {
        case .each(let tensor): tensor.jsonElements
        case .same(let value, let rows): Array(repeating: value, count: rows)
        }
    }
}
