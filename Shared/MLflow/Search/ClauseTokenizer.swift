/// Cuts a filter or an order into tokens, each byte looked at once.
struct ClauseTokenizer {
    /// A place at which no token begins, and what is wrong there.
    struct Fault: Error {
        let offset: Int
        let reason: String
    }

    private let bytes: [UInt8]
    private var place = 0
    private var tokens: [ClauseToken] = []

    private init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The tokens of a text.
    static func tokens(of text: String) throws(Fault) -> [ClauseToken] {
        var tokenizer = ClauseTokenizer(text)
        while tokenizer.place < tokenizer.bytes.count { try tokenizer.step() }
        return tokenizer.tokens
    }

    private mutating func step() throws(Fault) {
        let byte = bytes[place]
        switch byte {
        case 9...13, 32: place += 1
        case _ where isNoBreakSpace(place): place += 2
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): try quotation(byte)
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","): append(.punctuation, to: place + 1)
        case UInt8(ascii: "."): if beginsFraction { number() } else { append(.punctuation, to: place + 1) }
        case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"): append(.comparator, to: end(Self.isSymbol))
        case UInt8(ascii: "-") where isNumeral(place + 1) || isDot(place + 1): number()
        case UInt8(ascii: "0")...UInt8(ascii: "9"): if followsDot { append(.word, to: end(Self.isWord)) } else { number() }
        case _ where Self.isWord(byte): append(.word, to: end(Self.isWord))
        default: throw unexpected(byte)
        }
    }

    /// Whether a dot begins a number: `.5`, but not the dot of `metrics.5`.
    private var beginsFraction: Bool {
        isNumeral(place + 1) && tokens.last.map { $0.range.upperBound < place || !$0.isName } ?? true
    }

    private var followsDot: Bool {
        tokens.last.map { $0.range.upperBound == place && $0.isPunctuation(".") } ?? false
    }

    private func isNumeral(_ index: Int) -> Bool {
        index < bytes.count && bytes[index] >= UInt8(ascii: "0") && bytes[index] <= UInt8(ascii: "9")
    }

    /// U+00A0, which pasted text has for blanks.
    private func isNoBreakSpace(_ index: Int) -> Bool {
        bytes[index] == 0xC2 && index + 1 < bytes.count && bytes[index + 1] == 0xA0
    }

    private func isDot(_ index: Int) -> Bool {
        index < bytes.count && bytes[index] == UInt8(ascii: ".")
    }

    private func end(_ belongs: (UInt8) -> Bool) -> Int {
        var end = place + 1
        while end < bytes.count, belongs(bytes[end]), !isNoBreakSpace(end) { end += 1 }
        return end
    }

    /// Takes all that looks like a part of a number; whether it is one is the parser's question.
    private mutating func number() {
        var end = place + 1
        while end < bytes.count, Self.isWord(bytes[end]) || isDot(end) || isExponentSign(end), !isNoBreakSpace(end) { end += 1 }
        append(.number, to: end)
    }

    private func isExponentSign(_ index: Int) -> Bool {
        (bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+")) && bytes[index - 1] | 32 == UInt8(ascii: "e")
    }

    /// A text in quotes; a doubled quote inside stands for one.
    private mutating func quotation(_ quote: UInt8) throws(Fault) {
        var content: [UInt8] = []
        var end = place + 1
        while end < bytes.count {
            if bytes[end] != quote {
                content.append(bytes[end])
                end += 1
            } else if end + 1 < bytes.count, bytes[end + 1] == quote {
                content.append(quote)
                end += 2
            } else {
                append(.quoted(quote), to: end + 1, text: String(decoding: content, as: UTF8.self))
                return
            }
        }
        throw Fault(offset: place, reason: "expected a closing \(String(decoding: [quote], as: UTF8.self)) for the quote that opens here")
    }

    private mutating func append(_ kind: ClauseToken.Kind, to end: Int, text: String? = nil) {
        let text = text ?? String(decoding: bytes[place..<end], as: UTF8.self)
        tokens.append(ClauseToken(kind: kind, text: text, range: place..<end))
        place = end
    }

    private func unexpected(_ byte: UInt8) -> Fault {
        Fault(
            offset: place,
            reason: "expected a key, a comparison or a value, found '\(String(decoding: [byte], as: UTF8.self))'; "
                + "a key with other characters than letters, digits, '_' and '.' stands in backticks")
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: byte == UInt8(ascii: "_") || byte >= 0x80
        }
    }

    private static func isSymbol(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "~"): true
        default: false
        }
    }
}
