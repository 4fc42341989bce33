import MLflow
import Postgres

/// A search's filter, order and page as parts of a statement about records `r`; every text and number of the client's is bound.
struct SearchStatement: Sendable {
    /// A term of the order as a column `o0.value`, `o1.value`, … or an attribute.
    private struct Key: Sendable {
        let column: SearchTable.Column
        let ascending: Bool
    }

    let condition: SQL
    /// What the order needs beside the record's row.
    let joins: SQL
    private let keys: [Key]

    init(_ search: PagedSearch, table: SearchTable) {
        condition = search.filter.comparisons.reduce("TRUE") { "\($0) AND \(Self.condition($1, table))" }
        var joins: SQL = ""
        var keys: [Key] = []
        for (index, term) in search.order.terms.enumerated() {
            guard term.field.entity != .attribute else {
                keys.append(Key(column: table.ordered(term.field.key), ascending: term.ascending))
                continue
            }
            let (name, values) = ("o\(index)", table.values(term.field, on: term.dataset))
            // Where a metric was measured on several datasets, its newest value counts.
            let newest: SQL = table.kind == .loggedModels && values.sort == .number ? "ORDER BY x.step DESC, x.at DESC, x.value DESC" : ""
            joins =
                """
                \(joins) LEFT JOIN LATERAL (SELECT \(values.value) AS value FROM \(values.table) \(newest) LIMIT 1)
                                    AS \(identifier: name) ON true
                """
            keys.append(
                Key(
                    column: SearchTable.Column(sql: "\(identifier: name).value", sort: values.sort, isTotal: false),
                    ascending: term.ascending))
        }
        (self.joins, self.keys) = (joins, keys)
    }

    // MARK: Filter

    private static func condition(_ comparison: SearchComparison, _ table: SearchTable) -> SQL {
        guard comparison.field.entity != .attribute else {
            let column = table.attribute(comparison.field.key)
            return compare(column.sql, column.sort, comparison)
        }
        let values = table.values(comparison.field)
        switch comparison.comparator {
        case .isNull: return "NOT EXISTS (SELECT 1 FROM \(values.table))"
        case .isNotNull: return "EXISTS (SELECT 1 FROM \(values.table))"
        default: return "EXISTS (SELECT 1 FROM \(values.table) AND \(compare(values.value, values.sort, comparison)))"
        }
    }

    private static func compare(_ value: SQL, _ sort: SearchTable.Sort, _ comparison: SearchComparison) -> SQL {
        switch (comparison.operand, comparison.comparator) {
        case (.list(let texts), .isNotIn): "\(value) <> ALL(\(texts)::text[])"
        case (.list(let texts), _): "\(value) = ANY(\(texts)::text[])"
        case (.value(.text(let pattern)), .like): "\(value) LIKE \(pattern) ESCAPE ''"
        // The letters of all scripts have two cases, of which the collation "C" knows those of ASCII only.
        case (.value(.text(let pattern)), .caseInsensitiveLike): #"\#(value) COLLATE "und-x-icu" ILIKE \#(pattern) ESCAPE ''"#
        case (.value(let literal), let comparator): compare(value, sort, comparator, literal)
        case (.nothing, .isNull): "\(value) IS NULL"
        case (.nothing, _): "\(value) IS NOT NULL"
        }
    }

    private static func compare(_ value: SQL, _ sort: SearchTable.Sort, _ comparator: Comparator, _ literal: SearchValue) -> SQL {
        let sign = sign(comparator)
        switch (sort, literal) {
        case (.text, .text(let text)): return "\(value) \(sign) \(text)"
        case (.integer, .integer(let number)): return "\(value) \(sign) \(number)::bigint"
        case (.integer, .number(let number)): return "\(value)::float8 \(sign) \(number)::float8"
        // A NaN compares with nothing.
        case (.number, .integer(let number)): return "(\(value) <> 'NaN' AND \(value) \(sign) \(Double(number))::float8)"
        case (.number, .number(let number)): return "(\(value) <> 'NaN' AND \(value) \(sign) \(number)::float8)"
        default: return "FALSE"
        }
    }

    private static func sign(_ comparator: Comparator) -> SQL {
        switch comparator {
        case .equal: "="
        case .notEqual: "<>"
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .less: "<"
        case .lessOrEqual: "<="
        // The rest do not compare with one value.
        default: "="
        }
    }

    // MARK: Order and pages

    /// `ORDER BY`: in both directions NaN comes behind all numbers, and what is absent behind those.
    var order: SQL {
        let terms = keys.map { key -> SQL in
            let direction: SQL = key.ascending ? "ASC" : "DESC"
            guard !key.column.isTotal else { return "\(key.column.sql) \(direction)" }
            let absent: SQL = "\(key.column.sql) IS NULL"
            guard key.column.sort == .number else { return "\(absent), \(key.column.sql) \(direction)" }
            return "\(absent), \(key.column.sql) = 'NaN', \(key.column.sql) \(direction)"
        }
        return terms.dropFirst().reduce(terms[0]) { "\($0), \($1)" }
    }

    /// The place of a record in the order, as columns `k0`, `k1`, …
    var places: SQL {
        let columns = keys.enumerated().map { index, key -> SQL in "\(key.column.sql) AS \(identifier: "k\(index)")" }
        return columns.dropFirst().reduce(columns[0]) { "\($0), \($1)" }
    }

    func place(of row: Row) throws -> [SearchValue?] {
        try keys.enumerated().map { index, key in
            switch key.column.sort {
            case .integer: try row.decode("k\(index)", as: Int64?.self).map { .integer($0) }
            case .number: try row.decode("k\(index)", as: Double?.self).map { .number($0) }
            case .text: try row.decode("k\(index)", as: String?.self).map { .text($0) }
            }
        }
    }

    /// What comes after a place; everything when there is none.
    func following(_ place: [SearchValue?]?) -> SQL {
        guard let place else { return "TRUE" }
        return zip(keys, place).reversed().reduce("FALSE") { rest, term in
            "(\(Self.isAfter(term.0, term.1)) OR (\(Self.isSame(term.0, term.1)) AND \(rest)))"
        }
    }

    private static func isAfter(_ key: Key, _ value: SearchValue?) -> SQL {
        let column = key.column.sql
        guard let value else { return "FALSE" }
        if case .number(let number) = value, number.isNaN { return "\(column) IS NULL" }
        let sign: SQL = key.ascending ? ">" : "<"
        let beyond: SQL = "\(column) \(sign) \(literal(value))"
        guard !key.column.isTotal else { return beyond }
        guard key.column.sort == .number else { return "(\(beyond) OR \(column) IS NULL)" }
        return "(\(beyond) OR \(column) = 'NaN' OR \(column) IS NULL)"
    }

    private static func isSame(_ key: Key, _ value: SearchValue?) -> SQL {
        guard let value else { return "\(key.column.sql) IS NULL" }
        return "\(key.column.sql) = \(literal(value))"
    }

    private static func literal(_ value: SearchValue) -> SQL {
        switch value {
        case .integer(let number): "\(number)::bigint"
        case .number(let number): "\(number)::float8"
        case .text(let text): "\(text)::text"
        }
    }
}
