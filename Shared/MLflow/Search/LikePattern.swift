/// A pattern of SQL's LIKE without an escape character: `%` is any text, `_` any one code point.
///
/// In SQL the same is written `LIKE $1 ESCAPE ''`: a backslash is a plain character in the reference too.
public struct LikePattern: Sendable {
    private let pattern: [Unicode.Scalar]
    private let ignoresCase: Bool

    /// A pattern; `ignoringCase` makes it that of ILIKE, letter by letter.
    public init(_ pattern: String, ignoringCase: Bool = false) {
        ignoresCase = ignoringCase
        self.pattern = Self.scalars(pattern, ignoringCase)
    }

    /// Whether the whole text fits.
    public func matches(_ text: String) -> Bool {
        let text = Self.scalars(text, ignoresCase)
        var place = 0
        var next = 0
        // After a `%`, where the pattern and the text go on when what follows does not fit: only the last one is ever returned to.
        var resume: (next: Int, place: Int)?
        while place < text.count {
            if next < pattern.count, pattern[next] == "%" {
                next += 1
                resume = (next, place)
            } else if next < pattern.count, pattern[next] == "_" || pattern[next] == text[place] {
                next += 1
                place += 1
            } else if let last = resume {
                next = last.next
                place = last.place + 1
                resume = (next, place)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == "%" }
    }

    private static func scalars(_ text: String, _ ignoringCase: Bool) -> [Unicode.Scalar] {
        guard ignoringCase else { return Array(text.unicodeScalars) }
        return text.unicodeScalars.map { scalar in
            let lower = scalar.properties.lowercaseMapping.unicodeScalars
            return lower.count == 1 ? lower[lower.startIndex] : scalar
        }
    }
}
