import Contracts
import Foundation
import MLflow
import Postgres

/// A search for models or versions as statements: what the filter asks, in which order, and where a page begins.
struct RegistrySearch: Sendable {
    let paged: PagedSearch
    /// The order's values of the last record of the page before.
    let after: [SearchValue?]?
    let limit: Int

    /// Conditions on rows `m` (and `v`), joined by AND.
    var conditions: SQL {
        var conditions = paged.filter.comparisons.map { condition($0) }
        if !paged.filter.comparisons.contains(where: { $0.field == SearchFilter.promptTag }) {
            // Prompts are found only by those who ask for them.
            conditions.append("NOT \(tagExists(ModelTag.prompt, "t.value = 'true'"))")
        }
        if let after { conditions.append(beyond(after)) }
        return conditions.reduce("true") { "\($0) AND \($1)" }
    }

    /// What stands behind ORDER BY.
    var order: SQL {
        let terms = paged.order.terms.map { term -> SQL in term.ascending ? "\(column(term.field)) ASC" : "\(column(term.field)) DESC" }
        return terms.dropFirst().reduce(terms[0]) { "\($0), \($1)" }
    }

    /// The order's value of a record.
    static func value(_ term: OrderTerm, of model: RegisteredModel) -> SearchValue? {
        switch term.field.key {
        case "name": .text(model.key.name)
        case "creation_timestamp": .integer(microseconds(model.createdAt))
        default: .integer(microseconds(model.updatedAt))
        }
    }

    /// The order's value of a record.
    static func value(_ term: OrderTerm, of version: RegisteredVersion) -> SearchValue? {
        switch term.field.key {
        case "name": .text(version.model)
        case "version_number": .integer(Int64(version.version))
        case "creation_timestamp": .integer(microseconds(version.createdAt))
        default: .integer(microseconds(version.updatedAt))
        }
    }

    private static func microseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1e6).rounded()) }

    private var isOfVersions: Bool { paged.filter.kind == .modelVersions }

    /// Later in the order than a record: the first term that differs decides.
    private func beyond(_ values: [SearchValue?]) -> SQL {
        var equal: SQL = "true"
        var beyond: SQL = "false"
        for (term, value) in zip(paged.order.terms, values) {
            let (column, bound) = (column(term.field), Self.bound(value))
            beyond =
                term.ascending ? "\(beyond) OR (\(equal) AND \(column) > \(bound))" : "\(beyond) OR (\(equal) AND \(column) < \(bound))"
            equal = "\(equal) AND \(column) = \(bound)"
        }
        return "(\(beyond))"
    }

    private static func bound(_ value: SearchValue?) -> SQL {
        switch value {
        case .integer(let value)?: "\(value)::bigint"
        case .number(let value)?: "\(value)::double precision"
        case .text(let value)?: "\(value)::text"
        case nil: "NULL"
        }
    }

    private func condition(_ comparison: SearchComparison) -> SQL {
        let field = comparison.field
        guard field.entity == .tag else { return Self.test(column(field), comparison) }
        let test = Self.test("t.value", comparison)
        guard paged.filter.absenceMeansFalse(comparison) else { return tagExists(field.key, test) }
        let absent = Self.test("'false'::text", comparison)
        return "(\(tagExists(field.key, test)) OR (NOT \(tagExists(field.key, "true")) AND \(absent)))"
    }

    private func tagExists(_ key: String, _ test: SQL) -> SQL {
        isOfVersions
            ? """
            EXISTS (SELECT 1 FROM registered_version_tags t WHERE t.model = v.model AND t.version = v.version AND t.key = \(key) AND \(test))
            """
            : "EXISTS (SELECT 1 FROM registered_model_tags t WHERE t.model = m.id AND t.key = \(key) AND \(test))"
    }

    private func column(_ field: SearchField) -> SQL {
        let times: [String: SQL] =
            isOfVersions
            ? ["creation_timestamp": "v.created_at", "last_updated_timestamp": "v.updated_at"]
            : ["creation_timestamp": "m.created_at", "last_updated_timestamp": "m.updated_at"]
        if let time = times[field.key] { return "(extract(epoch FROM \(time)) * 1000000)::bigint" }
        return switch field.key {
        case "run_id": "v.run_id"
        case "source_path": "v.source"
        case "version_number": "v.version"
        default: "m.name"
        }
    }

    private static func test(_ column: SQL, _ comparison: SearchComparison) -> SQL {
        switch (comparison.comparator, comparison.operand) {
        case (.isIn, .list(let texts)): "\(column) = ANY (\(texts)::text[])"
        case (.isNotIn, .list(let texts)): "\(column) <> ALL (\(texts)::text[])"
        case (.like, .value(.text(let pattern))): "\(column) LIKE \(pattern) ESCAPE ''"
        // The default collation knows the cases of all letters.
        case (.caseInsensitiveLike, .value(.text(let pattern))): "\(column) COLLATE \"default\" ILIKE \(pattern) ESCAPE ''"
        case (.equal, .value(let value)): "\(column) = \(bound(value))"
        case (.notEqual, .value(let value)): "\(column) <> \(bound(value))"
        case (.greater, .value(let value)): "\(column) > \(bound(value))"
        case (.greaterOrEqual, .value(let value)): "\(column) >= \(bound(value))"
        case (.less, .value(let value)): "\(column) < \(bound(value))"
        case (.lessOrEqual, .value(let value)): "\(column) <= \(bound(value))"
        default: "false"
        }
    }
}
