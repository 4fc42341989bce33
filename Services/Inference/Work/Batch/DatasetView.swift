import Contracts
import Tables

/// The rows of a dataset version as a relation with a column for each input, and beside them id, split, label and declared context.
struct DatasetView {
    /// Ids under a name that no column has.
    private static let key = TableSQL.identifier("#id")

    let columns: [RowSource.Column]
    /// Stands behind FROM in a query over the version's rows.
    let relation: String
    /// Puts such a query's rows in the order of their ids.
    var order: String { " ORDER BY \(Self.key)" }

    init(_ table: DatasetTable, interface: Interface, split: String?) {
        var columns: [RowSource.Column] = []
        var selected = ["id AS \(Self.key)"]
        func add(_ name: String, _ type: String, _ value: String) {
            guard !columns.contains(where: { $0.name == name }) else { return }
            columns.append(RowSource.Column(name: name, type: type))
            selected.append("\(value) AS \(TableSQL.identifier(name))")
        }
        for input in interface.inputs {
            if let stored = table.layout[input.name] { add(input.name, stored.sqlType, table.column(of: stored)) }
        }
        add("id", "VARCHAR", "id")
        add("split", "VARCHAR", "split")
        add("label", "JSON", "CAST(label AS JSON)")
        for field in interface.context ?? [] { add(field.name, "JSON", "json_extract(context, \(DatasetTable.path(field.name)))") }
        let condition = split.map { " WHERE split = \(TableSQL.literal($0))" } ?? ""
        self.columns = columns
        relation = "(SELECT \(selected.joined(separator: ", ")) FROM rows\(condition))"
    }
}
