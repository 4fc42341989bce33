import Contracts
import Slices
import Tables

/// Counts, ranges and distributions of a version, as JSON by name.
struct VersionStatistics: Sendable {
    let counts: VersionCounts
    let slices: SliceSet

    func document() async throws -> [String: JSONValue] {
        let table = counts.table
        let splits = try await table.splitCounts()
        var document: [String: JSONValue] = [
            "rows": Self.number(splits.values.reduce(0) { $0 + $1.rows }),
            "labeled": Self.number(splits.values.reduce(0) { $0 + $1.labeled }),
            "splits": try WireJSON.value(splits),
            "labels": Self.nested(try await counts.labels()),
        ]
        var inputs: [String: JSONValue] = [:]
        for input in table.layout.inputs where input.element == .number || input.element == .integer {
            inputs[input.name] = try await range(of: input)
        }
        document["inputs"] = .object(inputs)
        var context: [String: JSONValue] = [:]
        for field in counts.interface?.context ?? [] { context[field.name] = Self.nested(try await counts.cells(field.name)) }
        document["context"] = .object(context)
        document["slices"] = .object(try await members())
        return document
    }

    private func members() async throws -> [String: JSONValue] {
        let predicates = slices.slices.map(\.where)
        let rows = try await counts.table.counts(of: predicates)
        let labeled = try await counts.table.counts(of: predicates, RowFilter(splits: [.train], isLabeled: true))
        var members: [String: JSONValue] = [:]
        for (index, name) in slices.names.enumerated() {
            members[name] = ["rows": Self.number(rows[index]), "labeledTrain": Self.number(labeled[index])]
        }
        return members
    }

    /// Over all elements of all rows.
    private func range(of input: SegmentLayout.Input) async throws -> JSONValue {
        let column = counts.table.column(of: input)
        let value = input.isList ? "unnest(\(column))" : column
        let found = try await counts.table.query(
            """
            SELECT count(value) AS n, min(value)::DOUBLE AS minimum, max(value)::DOUBLE AS maximum, avg(value) AS mean,
                   stddev_pop(value) AS deviation
              FROM (SELECT \(value) AS value FROM rows)
            """)
        var range: [String: JSONValue] = ["elements": .integer(try found.column("n").integers().first ?? 0)]
        for (name, key) in [("minimum", "minimum"), ("maximum", "maximum"), ("mean", "mean"), ("standardDeviation", "deviation")] {
            let figure = try found.column(key)
            if !figure.isNull(0), let value = try figure.doubles().first, value.isFinite { range[name] = .number(value) }
        }
        return .object(range)
    }

    private static func number(_ count: Int) -> JSONValue { .integer(Int64(count)) }

    private static func nested(_ counts: [String: [String: Int]]) -> JSONValue {
        .object(counts.mapValues { .object($0.mapValues { number($0) }) })
    }
}
