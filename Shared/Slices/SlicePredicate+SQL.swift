extension SlicePredicate {
    /// The predicate as a Boolean expression of DuckDB's SQL, NULL where the answer is unknown. `columns` gives nil for a field that the table lacks.
    public func sql(columns: (SliceField) -> SliceColumn?) -> String {
        switch self {
        case .compare(let field, let comparison, let literal):
            return literal.sql(comparison, Self.column(of: field, columns))
        case .in(let field, let literals, let negated):
            let column = Self.column(of: field, columns)
            let tests = literals.map { $0.sql(.equal, column) }
            return (negated ? "NOT " : "") + "(" + tests.joined(separator: " OR ") + ")"
        case .between(let field, let low, let high, let negated):
            let column = Self.column(of: field, columns)
            return (negated ? "NOT " : "") + "(\(low.sql(.greaterOrEqual, column)) AND \(high.sql(.lessOrEqual, column)))"
        case .isNull(let field, let negated):
            guard let column = Self.column(of: field, columns) else { return SliceLiteral.unknown }
            let expression = column.kind == .json ? "nullif(json_type(\(column.expression)), 'NULL')" : column.expression
            return "(\(expression) IS \(negated ? "NOT " : "")NULL)"
        case .and(let parts): return Self.join(parts, "AND", "TRUE", columns)
        case .or(let parts): return Self.join(parts, "OR", "FALSE", columns)
        case .not(let part): return "(NOT \(part.sql(columns: columns)))"
        }
    }

    private static func join(_ parts: [SlicePredicate], _ word: String, _ empty: String, _ columns: (SliceField) -> SliceColumn?) -> String
    {
        if parts.isEmpty { return empty }
        return "(" + parts.map { $0.sql(columns: columns) }.joined(separator: " \(word) ") + ")"
    }

    private static func column(of field: SliceField, _ columns: (SliceField) -> SliceColumn?) -> SliceColumn? {
        let column = columns(field)
        guard let index = field.index, let column, case .list(let element) = column.kind else { return column }
        return SliceColumn("(\(column.expression))[\(index + 1)]", element)  // lists of SQL count from 1
    }
}

extension SliceLiteral {
    static let unknown = "CAST(NULL AS BOOLEAN)"

    /// The comparison of a column with this literal.
    fileprivate func sql(_ comparison: SliceComparison, _ column: SliceColumn?) -> String {
        guard let column else { return Self.unknown }
        let sign = comparison.rawValue
        let value = column.expression
        switch (self, column.kind) {
        case (_, .json): return json(sign, value)
        case (.integer(let literal), .integer): return "(CAST(\(value) AS BIGINT) \(sign) \(Self.bigint(literal)))"
        case (.integer, .number), (.number, .integer), (.number, .number): return Self.doubles(value, sign, double)
        case (.string(let literal), .text): return "(\(value) \(sign) \(Self.quoted(literal)))"
        case (.bool(let literal), .bool): return "(\(value) \(sign) \(literal ? "TRUE" : "FALSE"))"
        default: return Self.unknown
        }
    }

    /// As the JSON value's own type says; JSON has whole numbers beyond 64 bits, which compare as doubles.
    private func json(_ sign: String, _ value: String) -> String {
        let type = "json_type(\(value))"
        let text = "json_extract_string(\(value), '$')"
        switch self {
        case .integer(let literal):
            let whole = "TRY_CAST(\(text) AS BIGINT)"
            return """
                (CASE WHEN \(type) IN ('BIGINT', 'UBIGINT') AND \(whole) IS NOT NULL THEN \(whole) \(sign) \(Self.bigint(literal)) \
                WHEN \(Self.isJSONNumber(type)) THEN \(Self.doubles("TRY_CAST(\(text) AS DOUBLE)", sign, double)) END)
                """
        case .number:
            return "(CASE WHEN \(Self.isJSONNumber(type)) THEN \(Self.doubles("TRY_CAST(\(text) AS DOUBLE)", sign, double)) END)"
        case .string(let literal): return "(CASE WHEN \(type) = 'VARCHAR' THEN \(text) \(sign) \(Self.quoted(literal)) END)"
        case .bool(let literal):
            return "(CASE WHEN \(type) = 'BOOLEAN' THEN CAST(\(text) AS BOOLEAN) \(sign) \(literal ? "TRUE" : "FALSE") END)"
        }
    }

    private static func isJSONNumber(_ type: String) -> String { "\(type) IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE')" }

    private var double: Double {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .string, .bool: .nan
        }
    }

    /// DuckDB orders NaN above all numbers; here it compares with nothing.
    private static func doubles(_ value: String, _ sign: String, _ literal: Double) -> String {
        if literal.isNaN { return unknown }
        let double = "CAST(\(value) AS DOUBLE)"
        return "(CASE WHEN NOT isnan(\(double)) THEN \(double) \(sign) CAST('\(literal)' AS DOUBLE) END)"
    }

    private static func bigint(_ value: Int64) -> String { "CAST('\(value)' AS BIGINT)" }

    /// A text literal of SQL. A NUL would end the statement's text in C, so it is written as a call.
    private static func quoted(_ text: String) -> String {
        let pieces = text.split(separator: "\0", omittingEmptySubsequences: false).map { "'" + $0.replacing("'", with: "''") + "'" }
        return pieces.count == 1 ? pieces[0] : "(" + pieces.joined(separator: " || chr(0) || ") + ")"
    }
}
