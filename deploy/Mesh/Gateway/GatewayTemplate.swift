import Foundation

/// Text with `{{name}}`, `{{include file}}` and other words in double braces.
struct GatewayTemplate {
    /// Why a text cannot be rendered.
    struct UnknownWord: Error, Hashable, CustomStringConvertible {
        let word: String

        var description: String { "the gateway's configuration holds {{\(word)}}, which means nothing" }
    }

    /// What the words mean; nil for a word without meaning. The meaning may hold words itself.
    let meaning: (String) -> String?

    /// The text with every word replaced.
    func render(_ text: String) throws(UnknownWord) -> String {
        var result = ""
        var rest = text[...]
        while let opening = rest.range(of: "{{"), let closing = rest[opening.upperBound...].range(of: "}}") {
            result += rest[..<opening.lowerBound]
            let word = String(rest[opening.upperBound..<closing.lowerBound])
            guard let replacement = meaning(word) else { throw UnknownWord(word: word) }
            result += try render(replacement)
            rest = rest[closing.upperBound...]
        }
        return result + rest
    }
}
