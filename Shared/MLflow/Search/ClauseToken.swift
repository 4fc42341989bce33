/// A token of a filter or of an order.
struct ClauseToken: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case word
        /// A text and the quote around it.
        case quoted(UInt8)
        case number
        case comparator
        /// A dot, a comma or a parenthesis.
        case punctuation
    }

    let kind: Kind
    /// What it says, without quotes.
    let text: String
    /// Its first byte in the input, and the one after its last.
    let range: Range<Int>

    func isKeyword(_ keyword: String) -> Bool {
        kind == .word && text.utf8.count == keyword.utf8.count && text.uppercased() == keyword
    }

    func isPunctuation(_ mark: String) -> Bool {
        kind == .punctuation && text == mark
    }

    /// A literal text stands in single or double quotes.
    var isText: Bool {
        kind == .quoted(UInt8(ascii: "'")) || kind == .quoted(UInt8(ascii: "\""))
    }

    /// A name stands bare, in backticks or in double quotes.
    var isName: Bool {
        kind == .word || kind == .quoted(UInt8(ascii: "`")) || kind == .quoted(UInt8(ascii: "\""))
    }
}
