import Contracts
import Foundation
import Slices

/// The rows of a dataset version: those of its segments in order, where a later row replaces one of the same id.
public struct DatasetTable: Sendable {
    /// The columns of the inputs, those of the files and those of the interface.
    public let layout: SegmentLayout
    private let engine: TableEngine
    private let segments: [URL]
    /// Columns that the files have, with their types.
    private let present: [String: String]

    /// Looks at the files' columns. Throws ``TableError``.
    ///
    /// - Parameters:
    ///   - segments: local files in the order of the version's segments.
    ///   - interface: gives inputs that older files hold as JSON a column.
    public static func open(_ engine: TableEngine, segments: [URL], interface: Interface?) async throws -> DatasetTable {
        guard !segments.isEmpty else {
            return DatasetTable(layout: SegmentLayout(interface), engine: engine, segments: [], present: [:])
        }
        let description = try await engine.query("DESCRIBE SELECT * FROM \(TableSQL.parquet(segments))")
        let names = try description.column("column_name").texts()
        let types = try description.column("column_type").texts()
        let wanted = SegmentLayout(interface).inputs
        let found = zip(names, types).compactMap { name, type -> SegmentLayout.Input? in
            guard name.hasPrefix("input."), !wanted.contains(where: { $0.column == name }) else { return nil }
            return SegmentLayout.Input(column: name, type: type)
        }
        return DatasetTable(
            layout: SegmentLayout(inputs: wanted + found), engine: engine, segments: segments,
            present: Dictionary(zip(names, types)) { first, _ in first })
    }

    private init(layout: SegmentLayout, engine: TableEngine, segments: [URL], present: [String: String]) {
        self.layout = layout
        self.engine = engine
        self.segments = segments
        self.present = present
    }

    /// Runs a query of this project's code over the rows, which it finds under the name `rows` with the columns of ``SegmentLayout``.
    ///
    /// Throws ``TableError``.
    public func query(_ sql: String, _ parameters: [TableValue] = [], within limit: Duration? = nil) async throws -> Table {
        try await engine.query("WITH rows AS NOT MATERIALIZED (\(effectiveRows)) \(sql)", parameters, within: limit)
    }

    /// The column of an input in ``query(_:_:within:)``, quoted.
    public func column(of input: SegmentLayout.Input) -> String { TableSQL.identifier(input.column) }

    /// How many rows there are.
    public func count(_ filter: RowFilter = .all) async throws -> Int {
        let (condition, parameters) = filter.sql(layout)
        let table = try await query("SELECT count(*) AS rows FROM rows WHERE \(condition)", parameters)
        return Int(try table.column("rows").integers().first ?? 0)
    }

    /// Rows and labeled rows of every split, by its name; splits without rows are there too.
    public func splitCounts() async throws -> [String: SplitCounts] {
        let table = try await query("SELECT split, count(*) AS rows, count(label) AS labeled FROM rows GROUP BY split")
        var counts = Dictionary(uniqueKeysWithValues: Split.allCases.map { ($0.rawValue, SplitCounts(rows: 0, labeled: 0)) })
        let rows = try table.column("rows").integers()
        let labeled = try table.column("labeled").integers()
        for (index, split) in try table.column("split").texts().enumerated() {
            counts[split] = SplitCounts(rows: Int(rows[index]), labeled: Int(labeled[index]))
        }
        return counts
    }

    /// How many rows each predicate is true for, in the order given, in one pass.
    public func counts(of predicates: [SlicePredicate], _ filter: RowFilter = .all) async throws -> [Int] {
        guard !predicates.isEmpty else { return [] }
        let (condition, parameters) = filter.sql(layout)
        let sums = predicates.map { "count(*) FILTER (WHERE \($0.sql(columns: layout.column)))" }
        let columns = sums.enumerated().map { "\($1) AS c\($0)" }.joined(separator: ", ")
        let table = try await query("SELECT \(columns) FROM rows WHERE \(condition)", parameters)
        return try table.columns.map { Int(try $0.integers().first ?? 0) }
    }

    /// Rows in the order of their ids, by bytes, or of the filter's sample.
    public func rows(_ filter: RowFilter = .all) async throws -> [StoredRow] {
        let (condition, parameters) = filter.sql(layout)
        let limit = filter.limit.map { " LIMIT \($0)" } ?? ""
        let table = try await query("SELECT * FROM rows WHERE \(condition) ORDER BY \(filter.rank())\(limit)", parameters)
        return try RowReader(layout: layout, table: table).rows()
    }

    /// Rows as columns, for training and tests, in the order of their ids.
    ///
    /// - Parameters:
    ///   - inputs: which inputs; all when nil.
    ///   - slices: for each, whether a row is in it by `where`.
    public func examples(_ filter: RowFilter = .all, inputs: [String]? = nil, slices: [Slice] = []) async throws -> DatasetExamples {
        let (condition, parameters) = filter.sql(layout)
        let wanted = layout.inputs.filter { inputs?.contains($0.name) ?? true }
        let members = slices.enumerated().map { index, slice in
            "coalesce(\(slice.where.sql(columns: layout.column)), FALSE) AS \"slice.\(index)\""
        }
        let columns = ["id", "split", "label", "context", "confidence"] + wanted.map { TableSQL.identifier($0.column) } + members
        let limit = filter.limit.map { " LIMIT \($0)" } ?? ""
        let table = try await query(
            "SELECT \(columns.joined(separator: ", ")) FROM rows WHERE \(condition) ORDER BY id\(limit)", parameters)
        return try DatasetExamples(table, inputs: wanted, slices: slices)
    }

    /// Which rows there are and under which digest, without their content: all that a version's id covers.
    public func index() async throws -> DatasetIndex {
        try DatasetIndex(try await query("SELECT id, split, digest, content, \"group\" FROM rows ORDER BY id"))
    }

    /// Writes the rows that count as one segment.
    public func write(to file: URL) async throws {
        let sql = "WITH rows AS NOT MATERIALIZED (\(effectiveRows)) SELECT * FROM rows ORDER BY id"
        try await engine.write(query: sql, to: file, metadata: ["format": SegmentLayout.format])
    }

    /// Writes the rows of a query, as ``query(_:_:within:)`` takes it, with options of `COPY`. Gives how many there were.
    public func write(_ sql: String, to file: URL, options: [String], within limit: Duration? = nil) async throws -> Int {
        try await engine.write(
            query: "WITH rows AS NOT MATERIALIZED (\(effectiveRows)) \(sql)", to: file, options: options, within: limit)
    }

    /// Where a member of a JSON object is, as SQL writes it.
    public static func path(_ member: String) -> String { SegmentLayout.path(member) }

    // MARK: The rows that count

    private var effectiveRows: String {
        let columns = Self.plain.map { name, type in present[name] == nil ? "CAST(NULL AS \(type)) AS \(quoted(name))" : quoted(name) }
        let all = (columns + layout.inputs.map(expression)).joined(separator: ", ")
        guard segments.count > 1 else {
            return segments.isEmpty ? "SELECT \(all) WHERE FALSE" : "SELECT \(all) FROM \(TableSQL.parquet(segments))"
        }
        let pieces = segments.enumerated().map { "SELECT *, \($0) AS segment FROM \(TableSQL.parquet([$1]))" }
        let ids = segments.enumerated().map { "SELECT id, \($0) AS segment FROM \(TableSQL.parquet([$1]))" }
        return """
            SELECT \(all) FROM (\(pieces.joined(separator: " UNION ALL BY NAME "))) \
            SEMI JOIN (SELECT id, max(segment) AS segment FROM (\(ids.joined(separator: " UNION ALL "))) GROUP BY id) latest \
            USING (id, segment)
            """
    }

    private static let plain = [
        ("id", "VARCHAR"), ("split", "VARCHAR"), ("digest", "BLOB"), ("salt", "BLOB"), ("content", "BLOB"), ("group", "VARCHAR"),
        ("subject", "VARCHAR"),
        ("input", "VARCHAR"), ("context", "VARCHAR"), ("label", "VARCHAR"), ("confidence", "DOUBLE"), ("annotators", "BIGINT"),
        ("selection.method", "VARCHAR"), ("selection.probability", "DOUBLE"), ("selection.reason", "VARCHAR"),
        ("origin.kind", "VARCHAR"), ("origin.requestId", "VARCHAR"), ("origin.row", "BIGINT"),
    ]

    private func quoted(_ name: String) -> String { TableSQL.identifier(name) }

    /// An input's values: from its column, else from the JSON of files that were written before the interface named it.
    private func expression(_ input: SegmentLayout.Input) -> String {
        let name = quoted(input.column)
        // A text is taken out of its quotes; texts within lists lose theirs by the cast.
        let extract = input.type == "VARCHAR" ? "json_extract_string" : "json_extract"
        let json = "TRY_CAST(\(extract)(input, \(SegmentLayout.path(input.name))) AS \(input.type))"
        guard let type = present[input.column] else {
            return (present["input"] == nil ? "CAST(NULL AS \(input.type))" : json) + " AS \(name)"
        }
        let own = type == input.type ? name : "TRY_CAST(\(name) AS \(input.type))"
        return "coalesce(\(own), \(json)) AS \(name)"
    }
}

extension SegmentLayout.Input {
    /// By a column of a file; nil when it is none of the layout's.
    init?(column: String, type: String) {
        let isList = type.hasSuffix("[]")
        let element: SegmentLayout.Element? =
            switch isList ? String(type.dropLast(2)) : type {
            case "BOOLEAN": .bool
            case "BIGINT": .integer
            case "DOUBLE": .number
            case "VARCHAR": .text
            default: nil
            }
        guard let element else { return nil }
        self.init(name: String(column.dropFirst("input.".count)), element: element, isList: isList)
    }
}
