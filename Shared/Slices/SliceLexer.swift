/// Splits a predicate's text into tokens.
struct SliceLexer {
    private let bytes: [UInt8]
    private var cursor = 0

    init(_ text: String) throws(SliceParseError) {
        bytes = Array(text.utf8)
        guard bytes.count <= SlicePredicate.longestText else {
            throw SliceParseError(position: 1, expected: "at most \(SlicePredicate.longestText) bytes", found: "\(bytes.count)")
        }
    }

    /// The next token; `end` for ever after the last.
    mutating func next() throws(SliceParseError) -> SliceToken {
        while cursor < bytes.count, Self.isBlank(bytes[cursor]) { cursor += 1 }
        let start = cursor
        guard start < bytes.count else { return SliceToken(kind: .end, start: start, end: start) }
        let kind = try scan()
        return SliceToken(kind: kind, start: start, end: cursor)
    }

    /// An error at a token.
    func error(at token: SliceToken, expected: String) -> SliceParseError {
        error(from: token.start, to: token.end, expected: expected)
    }

    private func error(from start: Int, to end: Int, expected: String) -> SliceParseError {
        let position = String(decoding: bytes[..<start], as: UTF8.self).count + 1
        guard start < bytes.count else { return SliceParseError(position: position, expected: expected, found: "the end") }
        let text = String(decoding: bytes[start..<max(end, start)], as: UTF8.self)
        let longest = 24
        return SliceParseError(
            position: position, expected: expected,
            found: text.count > longest ? text.prefix(longest) + "…" : text.replacing("\0", with: "NUL"))
    }

    private mutating func scan() throws(SliceParseError) -> SliceToken.Kind {
        let byte = bytes[cursor]
        switch byte {
        case UInt8(ascii: "'"): return try scanString()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try scanNumber()
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"):
            cursor += 1
            return .symbol(byte)
        case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"): return try scanComparison()
        case _ where Self.startsWord(byte):
            let start = cursor
            while cursor < bytes.count, Self.startsWord(bytes[cursor]) || Self.isDigit(bytes[cursor]) { cursor += 1 }
            return .word(String(decoding: bytes[start..<cursor], as: UTF8.self))
        default: throw error(from: cursor, to: endOfCharacter(cursor), expected: "a field, a literal, an operator or a parenthesis")
        }
    }

    private mutating func scanComparison() throws(SliceParseError) -> SliceToken.Kind {
        let start = cursor
        cursor += 1
        if cursor < bytes.count,
            bytes[cursor] == UInt8(ascii: "=") || (bytes[cursor] == UInt8(ascii: ">") && bytes[start] == UInt8(ascii: "<"))
        {
            cursor += 1
        }
        let text = String(decoding: bytes[start..<cursor], as: UTF8.self)
        if text == "<>" { return .comparison(.notEqual) }
        guard let comparison = SliceComparison(rawValue: text) else {
            throw error(from: start, to: cursor, expected: "=, !=, <>, <, <=, > or >=")
        }
        return .comparison(comparison)
    }

    private mutating func scanString() throws(SliceParseError) -> SliceToken.Kind {
        let start = cursor
        var content: [UInt8] = []
        cursor += 1
        while cursor < bytes.count {
            let byte = bytes[cursor]
            cursor += 1
            if byte == 0 { throw error(from: cursor - 1, to: cursor, expected: "a text without a NUL") }
            if byte != UInt8(ascii: "'") {
                content.append(byte)
            } else if cursor < bytes.count, bytes[cursor] == UInt8(ascii: "'") {
                content.append(byte)
                cursor += 1
            } else {
                return .literal(.string(String(decoding: content, as: UTF8.self)))
            }
        }
        throw error(from: start, to: cursor, expected: "a closing ' after the text")
    }

    private mutating func scanNumber() throws(SliceParseError) -> SliceToken.Kind {
        let start = cursor
        let expected = "a number as 12, -0.5 or 1e6, not beyond the range of a double"
        if bytes[cursor] == UInt8(ascii: "-") { cursor += 1 }
        var sound = skipDigits()
        var whole = true
        if cursor < bytes.count, bytes[cursor] == UInt8(ascii: ".") {
            cursor += 1
            whole = false
            sound = skipDigits() && sound
        }
        if cursor < bytes.count, bytes[cursor] | 32 == UInt8(ascii: "e") {
            cursor += 1
            whole = false
            if cursor < bytes.count, bytes[cursor] == UInt8(ascii: "+") || bytes[cursor] == UInt8(ascii: "-") { cursor += 1 }
            sound = skipDigits() && sound
        }
        // 12abc is no number followed by a word, but a slip.
        while cursor < bytes.count, Self.startsWord(bytes[cursor]) || bytes[cursor] == UInt8(ascii: ".") {
            cursor += 1
            sound = false
        }
        let text = String(decoding: bytes[start..<cursor], as: UTF8.self)
        if sound, whole, let value = Int64(text) { return .literal(.integer(value)) }
        guard sound, let value = Double(text), value.isFinite else { throw error(from: start, to: cursor, expected: expected) }
        return .literal(Self.literal(value))
    }

    /// A whole number stays one however it is written, so that each value has one canonical text.
    private static func literal(_ value: Double) -> SliceLiteral {
        let exact = 9_007_199_254_740_992.0  // 2^53: from here on a double may stand for several whole numbers
        if value.magnitude < exact, let whole = Int64(exactly: value) { return .integer(whole) }
        return .number(value)
    }

    private mutating func skipDigits() -> Bool {
        let start = cursor
        while cursor < bytes.count, Self.isDigit(bytes[cursor]) { cursor += 1 }
        return cursor > start
    }

    private func endOfCharacter(_ start: Int) -> Int {
        var end = start + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func startsWord(_ byte: UInt8) -> Bool { (97...122).contains(byte | 32) || byte == UInt8(ascii: "_") }
}
