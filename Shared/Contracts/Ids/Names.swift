/// What names may look like.
public enum Names {
    public static let expectation =
        "lower-case letters, digits and hyphens, at most 63, starting with a letter and not ending with a hyphen"
    public static let fieldExpectation = "letters, digits and underscores, at most 63, starting with a letter"

    /// Whether a text can name a capability, team, dataset, project, slice or alias.
    public static func isName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 63, (97...122).contains(first), bytes.last != UInt8(ascii: "-") else { return false }
        return bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }

    /// Whether a text can name a tensor or a context field.
    public static func isFieldName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 63, (97...122).contains(first | 32) else { return false }
        return bytes.allSatisfy { (97...122).contains($0 | 32) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }
}
