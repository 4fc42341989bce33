import Contracts

/// Which columns of a file are inputs of a model, and how they become lists of its elements; the other columns are carried along.
///
/// An input is one column with a list (nested or flat), a JSON array as text or a single value, or it is the columns `name.0` to
/// `name.n-1`. An element that cannot be read is NULL in its list.
public struct RowProjection: Sendable, Hashable {
    /// A column that is carried along.
    public struct Carried: Sendable, Hashable {
        /// Its name in the output: its own, behind `input.` where an output has that name.
        public let name: String
        /// Its values, in SQL.
        public let expression: String
        public let type: String
    }

    public let fields: [TensorField]
    /// For each field its list, in SQL.
    public let inputs: [String]
    public let carried: [Carried]

    /// Throws ``TableError`` of kind `content` when an input has no column.
    ///
    /// - Parameter reserved: names that a carried column may not have.
    public init(_ columns: [RowSource.Column], fields: [TensorField], reserved: Set<String>) throws(TableError) {
        var used: Set<String> = []
        var inputs: [String] = []
        for field in fields {
            guard let found = Self.input(field, columns) else {
                let names = columns.prefix(20).map(\.name).joined(separator: ", ")
                throw TableError(.content, "there is no column for input \(field.name): the columns are \(names)")
            }
            inputs.append(found.expression)
            used.formUnion(found.columns)
        }
        self.fields = fields
        self.inputs = inputs
        var taken = reserved.union([RowSource.number])
        carried = columns.filter { !used.contains($0.name) }.map { column in
            var name = column.name
            while taken.contains(name) { name = "input." + name }
            taken.insert(name)
            return Carried(name: name, expression: TableSQL.identifier(column.name), type: column.type)
        }
    }

    private init(fields: [TensorField], inputs: [String], carried: [Carried]) {
        self.fields = fields
        self.inputs = inputs
        self.carried = carried
    }

    /// The rows of these numbers: number first, then the inputs, for ``TableEngine/slices(_:fields:rows:within:)``.
    public func inputs(of source: RowSource, _ range: Range<Int>) -> String { source.numbered(range, inputs) }

    /// Predictions of the rows of these numbers beside what is carried along, for the table engine's writing of slices.
    public func joined(of source: RowSource, _ range: Range<Int>, outputs: [OutputField]) -> String {
        let own = outputs.map { "p.\(TableSQL.identifier($0.name))" } + ["p.\"error\""]
        guard !carried.isEmpty else { return "SELECT \((["p.\"row\""] + own).joined(separator: ", ")) FROM temp.main.predictions p" }
        let names = carried.map { "s.\(TableSQL.identifier($0.name))" }
        let rows = source.numbered(range, carried.map { "\($0.expression) AS \(TableSQL.identifier($0.name))" })
        return """
            SELECT \((["p.\"row\""] + names + own).joined(separator: ", ")) FROM temp.main.predictions p POSITIONAL JOIN (\(rows)) s
            """
    }

    /// All rows, inputs under their names and of their types, then what is carried along: what a normalised file holds.
    public func normalised(_ relation: String) -> String {
        let inputs = zip(fields, inputs).map { "\($1) AS \(TableSQL.identifier($0.name))" }
        let others = carried.map { "\($0.expression) AS \(TableSQL.identifier($0.name))" }
        return "SELECT \((inputs + others).joined(separator: ", ")) FROM \(relation)"
    }

    /// The same with columns of JSON as what all their values are: texts, whole numbers, numbers or truth values; JSON where they differ.
    ///
    /// - Parameters:
    ///   - relation: what stands behind FROM.
    ///   - query: runs a query over it.
    public func typed(from relation: String, _ query: (String) async throws -> Table) async throws -> RowProjection {
        let wide = carried.filter { $0.type == "JSON" }
        guard !wide.isEmpty else { return self }
        let kinds = wide.map { "list(DISTINCT nullif(json_type(\($0.expression)), 'NULL'))" }
        let columns = kinds.enumerated().map { "array_to_string(\($1), ',') AS k\($0)" }.joined(separator: ", ")
        let found = try await query("SELECT \(columns) FROM \(relation)")
        var types: [String: String] = [:]
        for (index, column) in wide.enumerated() {
            let kinds = try found.column("k\(index)")
            types[column.name] = Self.type(Set(kinds.isNull(0) ? [] : try kinds.texts()[0].split(separator: ",").map(String.init)))
        }
        let typed = carried.map { column -> Carried in
            guard let type = types[column.name] else { return column }
            let value = type == "VARCHAR" ? "json_extract_string(\(column.expression), '$')" : "CAST(\(column.expression) AS \(type))"
            return Carried(name: column.name, expression: value, type: type)
        }
        return RowProjection(fields: fields, inputs: inputs, carried: typed)
    }

    private static func type(_ kinds: Set<String>) -> String {
        switch kinds {
        case []: "VARCHAR"
        case ["VARCHAR"]: "VARCHAR"
        case ["BOOLEAN"]: "BOOLEAN"
        case ["BIGINT"], ["BIGINT", "UBIGINT"]: "BIGINT"
        case ["UBIGINT"]: "UBIGINT"
        case let kinds where kinds.isSubset(of: ["BIGINT", "UBIGINT", "DOUBLE"]): "DOUBLE"
        default: "JSON"
        }
    }

    private static func input(_ field: TensorField, _ columns: [RowSource.Column]) -> (expression: String, columns: [String])? {
        if let column = columns.first(where: { $0.name == field.name }) {
            return (InputExpression(field).list(TableSQL.identifier(column.name), type: column.type), [column.name])
        }
        guard let width = field.width, columns.contains(where: { $0.name == "\(field.name).0" }) else { return nil }
        let types = Dictionary(columns.map { ($0.name, $0.type) }) { first, _ in first }
        let names = (0..<width).map { "\(field.name).\($0)" }
        let elements = names.compactMap { name in
            types[name].map { InputExpression(field).element(TableSQL.identifier(name), type: $0) }
        }
        return elements.count == width ? ("list_value(\(elements.joined(separator: ", ")))", names) : nil
    }
}
