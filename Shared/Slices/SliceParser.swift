import Contracts

/// Recursive descent over the grammar:
///
///     predicate  = conjunction { OR conjunction }
///     conjunction = negation { AND negation }
///     negation   = NOT negation | "(" predicate ")" | condition
///     condition  = field ( comparison literal | [NOT] IN "(" literal { "," literal } ")" | [NOT] BETWEEN literal AND literal | IS [NOT] NULL )
///     field      = "label" | ("context" | "prediction") "." name | "input" "." name [ "[" index "]" ]
///     literal    = number | 'text' | TRUE | FALSE
///
/// Keywords in any case; fields as they are written.
struct SliceParser {
    private var lexer: SliceLexer
    private var token: SliceToken
    private var depth = 0

    init(_ text: String) throws(SliceParseError) {
        lexer = try SliceLexer(text)
        token = try lexer.next()
    }

    /// The whole text as one predicate.
    mutating func predicate() throws(SliceParseError) -> SlicePredicate {
        let result = try disjunction()
        guard token.kind == .end else { throw error("AND, OR or the end") }
        return result
    }

    private mutating func disjunction() throws(SliceParseError) -> SlicePredicate {
        var parts = [try conjunction()]
        while try take(keyword: "OR") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func conjunction() throws(SliceParseError) -> SlicePredicate {
        var parts = [try negation()]
        while try take(keyword: "AND") { parts.append(try negation()) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func negation() throws(SliceParseError) -> SlicePredicate {
        guard depth < SlicePredicate.deepestNesting else { throw error("at most \(SlicePredicate.deepestNesting) levels of nesting") }
        depth += 1
        defer { depth -= 1 }
        if try take(keyword: "NOT") { return .not(try negation()) }
        guard try take(symbol: "(") else { return try condition() }
        let inner = try disjunction()
        try expect(symbol: ")", "AND, OR or )")
        return inner
    }

    private mutating func condition() throws(SliceParseError) -> SlicePredicate {
        let field = try field()
        if case .comparison(let comparison) = token.kind {
            try advance()
            return .compare(field, comparison, try literal())
        }
        if try take(keyword: "IS") {
            let negated = try take(keyword: "NOT")
            guard try take(keyword: "NULL") else { throw error(negated ? "NULL" : "NULL or NOT NULL") }
            return .isNull(field, negated: negated)
        }
        let negated = try take(keyword: "NOT")
        if try take(keyword: "IN") { return .in(field, try list(), negated: negated) }
        if try take(keyword: "BETWEEN") {
            let low = try literal()
            guard try take(keyword: "AND") else { throw error("AND and the upper end of BETWEEN") }
            return .between(field, low, try literal(), negated: negated)
        }
        throw error(negated ? "IN or BETWEEN" : "a comparison, IN, NOT IN, BETWEEN, IS NULL or IS NOT NULL")
    }

    private mutating func list() throws(SliceParseError) -> [SliceLiteral] {
        try expect(symbol: "(", "( and the values of IN")
        var literals = [try literal()]
        while try take(symbol: ",") { literals.append(try literal()) }
        try expect(symbol: ")", ", or )")
        return literals
    }

    private mutating func literal() throws(SliceParseError) -> SliceLiteral {
        if case .literal(let literal) = token.kind {
            try advance()
            return literal
        }
        if try take(keyword: "TRUE") { return .bool(true) }
        if try take(keyword: "FALSE") { return .bool(false) }
        throw error("a number, a text in single quotes, TRUE or FALSE")
    }

    private mutating func field() throws(SliceParseError) -> SliceField {
        guard case .word(let word) = token.kind, let scope = SliceField.Scope(rawValue: word) else {
            throw error("a field: input.name, context.name, prediction.name or label")
        }
        try advance()
        if scope == .label { return .label }
        try expect(symbol: ".", ". and a name after \(word)")
        guard case .word(let name) = token.kind, Names.isFieldName(name) else { throw error("a name: \(Names.fieldExpectation)") }
        try advance()
        guard scope == .input, try take(symbol: "[") else { return SliceField(scope, name) }
        guard case .literal(.integer(let index)) = token.kind, index >= 0, index < 1 << 31 else { throw error("a position from 0") }
        try advance()
        try expect(symbol: "]", "]")
        return SliceField(scope, name, index: Int(index))
    }

    private func error(_ expected: String) -> SliceParseError { lexer.error(at: token, expected: expected) }

    private mutating func advance() throws(SliceParseError) { token = try lexer.next() }

    private mutating func take(keyword: String) throws(SliceParseError) -> Bool {
        guard case .word(let word) = token.kind, word.uppercased() == keyword else { return false }
        try advance()
        return true
    }

    private mutating func take(symbol: Unicode.Scalar) throws(SliceParseError) -> Bool {
        guard token.kind == .symbol(UInt8(ascii: symbol)) else { return false }
        try advance()
        return true
    }

    private mutating func expect(symbol: Unicode.Scalar, _ expected: String) throws(SliceParseError) {
        guard try take(symbol: symbol) else { throw error(expected) }
    }
}
