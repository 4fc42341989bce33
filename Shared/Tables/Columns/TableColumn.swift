/// A named column of a table.
public struct TableColumn: Sendable, Hashable {
    public var name: String
    public var values: TableValues
    /// Which rows have no value; nil when all of them have one.
    public var nulls: [Bool]?

    public init(_ name: String, _ values: TableValues, nulls: [Bool]? = nil) {
        self.name = name
        self.values = values
        self.nulls = nulls
    }

    public var count: Int { values.count }

    /// Whether a row has no value.
    public func isNull(_ row: Int) -> Bool { nulls?[row] ?? false }

    /// The values of a column of whole numbers; throws when it holds something else.
    public func integers() throws(TableError) -> [Int64] {
        guard case .integer(let values) = values else { throw wrongType("BIGINT") }
        return values
    }

    /// The values of a column of numbers as doubles; throws when it holds something else.
    public func doubles() throws(TableError) -> [Double] {
        switch values {
        case .double(let values): return values
        case .float(let values): return values.map(Double.init)
        case .integer(let values): return values.map(Double.init)
        default: throw wrongType("DOUBLE")
        }
    }

    /// The values of a column of texts; throws when it holds something else.
    public func texts() throws(TableError) -> [String] {
        guard case .text(let values) = values else { throw wrongType("VARCHAR") }
        return values
    }

    /// The values of a column of truth values; throws when it holds something else.
    public func bools() throws(TableError) -> [Bool] {
        guard case .bool(let values) = values else { throw wrongType("BOOLEAN") }
        return values
    }

    /// The values of a column of bytes; throws when it holds something else.
    public func blobs() throws(TableError) -> [[UInt8]] {
        guard case .blob(let values) = values else { throw wrongType("BLOB") }
        return values
    }

    /// Puts nil where a row has no value.
    public func optional<Value>(_ values: [Value]) -> [Value?] {
        guard let nulls else { return values }
        return zip(values, nulls).map { $1 ? nil : $0 }
    }

    private func wrongType(_ expected: String) -> TableError {
        TableError(.type, "column \(name) holds \(values.type), not \(expected)")
    }
}
