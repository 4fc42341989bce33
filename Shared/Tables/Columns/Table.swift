/// Columns of one length: what a query gives and what a file is written from.
public struct Table: Sendable, Hashable {
    public var columns: [TableColumn]

    /// The columns have to be of one length, with names that differ.
    public init(_ columns: [TableColumn]) { self.columns = columns }

    /// How many rows there are.
    public var count: Int { columns.first?.count ?? 0 }

    /// A column by name; throws when there is none.
    public func column(_ name: String) throws(TableError) -> TableColumn {
        guard let column = columns.first(where: { $0.name == name }) else {
            throw TableError(.type, "the table has no column \(name)")
        }
        return column
    }
}
