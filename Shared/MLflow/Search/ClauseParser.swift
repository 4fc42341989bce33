/// Reads fields, comparisons and whole conjunctions from tokens.
struct ClauseParser {
    let kind: SearchKind
    let vocabulary: SearchVocabulary
    /// What a fault says is wrong: the filter or the `order_by` clause.
    private let subject: String
    private let source: String
    private let tokens: [ClauseToken]
    private var next = 0

    init(_ text: String, kind: SearchKind, subject: String) throws(MLflowError) {
        self.kind = kind
        self.subject = subject
        vocabulary = .of(kind)
        source = text
        do {
            tokens = try ClauseTokenizer.tokens(of: text)
        } catch {
            throw Self.fault(subject, kind, text, at: error.offset, error.reason)
        }
    }

    /// The token at hand, nil at the end.
    var token: ClauseToken? {
        next < tokens.count ? tokens[next] : nil
    }

    mutating func advance() {
        next += 1
    }

    /// Whether the token at hand begins where the one before it ends.
    private var isAdjacent: Bool {
        next > 0 && next < tokens.count && tokens[next - 1].range.upperBound == tokens[next].range.lowerBound
    }

    /// Takes the token at hand when it is this keyword.
    mutating func take(keyword: String) -> Bool {
        guard let token, token.isKeyword(keyword) else { return false }
        next += 1
        return true
    }

    /// Takes the token at hand when it is this mark.
    mutating func take(mark: String) -> Bool {
        guard let token, token.isPunctuation(mark) else { return false }
        next += 1
        return true
    }

    // MARK: Fields

    /// A field: `entity.key`, or an attribute alone.
    mutating func field(_ attributes: [String], _ aliases: [String: String]) throws(MLflowError) -> SearchField {
        let start = next
        guard let first = token, first.isName else { throw expected("a key, as in metrics.loss") }
        next += 1
        let isDotted = isDotAttached
        let entity = isDotted ? try entity(first) : .attribute
        let key = isDotted ? try key() : first.text
        let name = entity == .attribute ? aliases[key] ?? key : key
        let allowed = entity == .attribute ? attributes : entity == .dataset ? SearchVocabulary.datasetKeys : nil
        if let allowed, !allowed.contains(name) {
            next = start
            throw MLflowError.invalid(
                place("invalid \(entity.rawValue) key '\(shortened(key))', expected one of \(allowed.joined(separator: ", "))"))
        }
        guard !name.isEmpty else { throw expected("a key that is not empty") }
        return SearchField(entity, name)
    }

    private var isDotAttached: Bool {
        isAdjacent && token?.isPunctuation(".") == true
    }

    private func entity(_ token: ClauseToken) throws(MLflowError) -> SearchEntity {
        guard let entity = vocabulary.entities[token.text] else {
            let names = vocabulary.entityNames.joined(separator: ", ")
            throw fault(at: token.range.lowerBound, "invalid entity type '\(shortened(token.text))', expected one of \(names)")
        }
        return entity
    }

    /// What follows the entity: a quoted key, or bare words with dots between them.
    private mutating func key() throws(MLflowError) -> String {
        var words: [String] = []
        while isDotAttached {
            next += 1
            guard isAdjacent, let part = token, part.isName || part.isText else { throw expected("a key right after the dot") }
            guard words.isEmpty || part.kind == .word else { throw expected("a key that is either bare or quoted as a whole") }
            next += 1
            words.append(part.text)
            guard part.kind == .word else { break }
        }
        guard !isDotAttached else { throw expected("a key that is either bare or quoted as a whole") }
        return words.joined(separator: ".")
    }

    // MARK: Faults

    /// A fault at the token at hand.
    func expected(_ what: String) -> MLflowError {
        let found = token.map { "'\(shortened(String(decoding: Array(source.utf8)[$0.range], as: UTF8.self)))'" } ?? "the end"
        return MLflowError.invalid(place("expected \(what), found \(found)"))
    }

    private func place(_ reason: String) -> String {
        Self.sentence(subject, kind, source, at: token?.range.lowerBound ?? source.utf8.count, reason)
    }

    private func fault(at offset: Int, _ reason: String) -> MLflowError {
        Self.fault(subject, kind, source, at: offset, reason)
    }

    private static func fault(_ subject: String, _ kind: SearchKind, _ source: String, at offset: Int, _ reason: String) -> MLflowError {
        .invalid(sentence(subject, kind, source, at: offset, reason))
    }

    private static func sentence(_ subject: String, _ kind: SearchKind, _ source: String, at offset: Int, _ reason: String) -> String {
        let character = String(decoding: source.utf8.prefix(offset), as: UTF8.self).unicodeScalars.count + 1
        return "Invalid \(subject) for \(kind.rawValue) at character \(character): \(reason)."
    }

    func shortened(_ text: String) -> String {
        text.unicodeScalars.count <= 60 ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(60))) + "…"
    }
}
