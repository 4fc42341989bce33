import Contracts
import Slices
import Tables

/// The figures of a version, counted by the table engine.
struct VersionCounts: Sendable {
    /// Values of a context field that are told apart; the rest of a field with more is left out.
    static let mostCells = 20
    private static let examples = 3

    let table: DatasetTable
    let interface: Interface?

    func figures() async throws -> VersionFigures {
        var figures = VersionFigures()
        figures.splits = try await table.splitCounts()
        figures.leaked = try await leaked()
        figures.splitGroups = try await number(
            """
            SELECT count(*) AS n
              FROM (SELECT "group" FROM rows WHERE "group" IS NOT NULL GROUP BY "group" HAVING count(DISTINCT split) > 1)
            """)
        figures.labels = try await labels()
        for field in interface?.inputs ?? [] {
            if let input = table.layout[field.name] { figures.inputs.append(try await standing(of: input, field)) }
        }
        for field in interface?.context ?? [] where field.datatype == "BYTES" { figures.cells[field.name] = try await cells(field.name) }
        return figures
    }

    private func number(_ sql: String) async throws -> Int {
        Int(try await table.query(sql).column("n").integers().first ?? 0)
    }

    private func leaked() async throws -> (contents: Int, examples: [String]) {
        let sql = """
            SELECT min(id) AS id, count(*) OVER () AS n
              FROM rows
             GROUP BY content
            HAVING count(DISTINCT split) > 1
             ORDER BY id
             LIMIT \(Self.examples)
            """
        let found = try await table.query(sql)
        return (Int(try found.column("n").integers().first ?? 0), try found.column("id").texts())
    }

    /// Labeled rows by split and label.
    func labels() async throws -> [String: [String: Int]] {
        let found = try await table.query(
            """
            SELECT split, label, count(*) AS n
              FROM rows
             WHERE label IS NOT NULL
             GROUP BY split, label
             ORDER BY n DESC
             LIMIT 10000
            """)
        return try Self.nested(found, "split", "label")
    }

    /// Rows by split and value of a context field; texts only.
    func cells(_ name: String) async throws -> [String: [String: Int]] {
        guard let column = table.layout.column(of: SliceField(.context, name)) else { return [:] }
        let value = "json_extract_string(\(column.expression), '$')"
        let found = try await table.query(
            """
            SELECT split, cell, count(*) AS n
              FROM (SELECT split, \(value) AS cell FROM rows)
             WHERE cell IN (SELECT \(value)
                              FROM rows
                             WHERE \(value) IS NOT NULL
                             GROUP BY \(value)
                             ORDER BY count(*) DESC, \(value)
                             LIMIT \(Self.mostCells))
             GROUP BY split, cell
            """)
        return try Self.nested(found, "split", "cell")
    }

    private static func nested(_ table: Table, _ outer: String, _ inner: String) throws -> [String: [String: Int]] {
        let counts = try table.column("n").integers()
        var nested: [String: [String: Int]] = [:]
        for (row, key) in zip(try table.column(outer).texts(), try table.column(inner).texts()).enumerated() {
            nested[key.0, default: [:]][key.1] = Int(counts[row])
        }
        return nested
    }

    private func standing(of input: SegmentLayout.Input, _ field: Interface.Field) async throws -> VersionFigures.InputFigures {
        let column = table.column(of: input)
        let sizes = field.shape.dropFirst()
        let size = sizes.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
        let misshapen = input.isList && !sizes.contains(-1) ? "len(\(column)) <> \(size)" : "FALSE"
        var bounds: [String] = []
        if input.element == .number || input.element == .integer {
            let (low, high) = input.isList ? ("list_min(\(column))", "list_max(\(column))") : (column, column)
            if let minimum = field.minimum { bounds.append("\(low) < CAST('\(minimum)' AS DOUBLE)") }
            if let maximum = field.maximum { bounds.append("\(high) > CAST('\(maximum)' AS DOUBLE)") }
        }
        let found = try await table.query(
            """
            SELECT count(*) FILTER (WHERE \(column) IS NULL) AS missing, count(*) FILTER (WHERE \(misshapen)) AS misshapen,
                   count(*) FILTER (WHERE \(bounds.isEmpty ? "FALSE" : bounds.joined(separator: " OR "))) AS n
              FROM rows
            """)
        return VersionFigures.InputFigures(
            name: input.name, missing: Int(try found.column("missing").integers().first ?? 0),
            misshapen: Int(try found.column("misshapen").integers().first ?? 0),
            outOfRange: Int(try found.column("n").integers().first ?? 0))
    }
}
