extension ClauseParser {
    /// Comparisons joined by AND, to the end of the text.
    ///
    /// More ANDs than needed are let pass, as the reference does: its client appends ` AND …` to filters that may end in one.
    mutating func conjunction() throws(MLflowError) -> [SearchComparison] {
        var comparisons: [SearchComparison] = []
        _ = takeConjunctions()
        while token != nil {
            guard comparisons.count < Limits.comparisonsPerFilter else {
                throw expected("at most \(Limits.comparisonsPerFilter) comparisons")
            }
            comparisons.append(try comparison())
            guard takeConjunctions() || token == nil else {
                throw expected("AND or the end; comparisons can be joined by AND alone, without OR, NOT and parentheses")
            }
        }
        return comparisons
    }

    private mutating func takeConjunctions() -> Bool {
        var isFound = false
        while take(keyword: "AND") { isFound = true }
        return isFound
    }

    private mutating func comparison() throws(MLflowError) -> SearchComparison {
        let field = try field(vocabulary.textAttributes + vocabulary.numericAttributes, vocabulary.aliases)
        let comparator = try comparator(of: field)
        return SearchComparison(field, comparator, try operand(of: field, comparator))
    }

    private mutating func comparator(of field: SearchField) throws(MLflowError) -> Comparator {
        let allowed = vocabulary.comparators(of: field)
        let wanted = "one of the operators \(allowed.map(\.rawValue).joined(separator: ", ")) for \(shortened(field.description))"
        var reader = self
        guard let comparator = reader.anyComparator(), allowed.contains(comparator) else { throw expected(wanted) }
        self = reader
        return comparator
    }

    private mutating func anyComparator() -> Comparator? {
        if let token, token.kind == .comparator {
            advance()
            return Comparator(rawValue: token.text)
        }
        if take(keyword: "LIKE") { return .like }
        if take(keyword: "ILIKE") { return .caseInsensitiveLike }
        if take(keyword: "IN") { return .isIn }
        if take(keyword: "NOT") { return take(keyword: "IN") ? .isNotIn : nil }
        guard take(keyword: "IS") else { return nil }
        let negated = take(keyword: "NOT")
        return take(keyword: "NULL") ? (negated ? .isNotNull : .isNull) : nil
    }

    private mutating func operand(of field: SearchField, _ comparator: Comparator) throws(MLflowError) -> Operand {
        switch comparator {
        case .isNull, .isNotNull: .nothing
        case .isIn, .isNotIn: .list(try list())
        default: .value(vocabulary.isNumeric(field) ? try number(for: field) : .text(try text(for: field)))
        }
    }

    private mutating func text(for field: SearchField) throws(MLflowError) -> String {
        guard let token, token.isText else { throw expected("a string in single or double quotes for \(shortened(field.description))") }
        advance()
        return token.text
    }

    private mutating func number(for field: SearchField) throws(MLflowError) -> SearchValue {
        let isWritten = token.map { $0.kind == .number || $0.isText && vocabulary.quotedNumbers.contains(field.key) } ?? false
        guard isWritten, let token, let value = Self.number(token.text) else {
            throw expected("an unquoted finite number for \(shortened(field.description))")
        }
        advance()
        return value
    }

    private mutating func list() throws(MLflowError) -> [String] {
        let wanted = "a list of strings in quotes, as in ('a', 'b')"
        guard take(mark: "(") else { throw expected(wanted) }
        var texts: [String] = []
        repeat {
            guard let token, token.isText else { break }
            texts.append(token.text)
            advance()
        } while take(mark: ",")
        guard !texts.isEmpty, take(mark: ")") else { throw expected(wanted) }
        return texts
    }

    /// The number in `-?digits`, `-?digits.digits` or either with an exponent; nil for any other text, and for what is infinite.
    static func number(_ text: String) -> SearchValue? {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let body = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        if !body.isEmpty, body.allSatisfy(digits.contains), let value = Int64(text) { return .integer(value) }
        // Double's own reader also takes "0x1p3", "inf" and "nan".
        guard text.utf8.last.map(digits.contains) == true, body.allSatisfy({ digits.contains($0) || ".eE+-".utf8.contains($0) }),
            let value = Double(text), value.isFinite
        else { return nil }
        return .number(value)
    }
}
