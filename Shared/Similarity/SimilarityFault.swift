/// Why vectors cannot be kept or searched: one sentence that names what was wrong and what was expected.
public struct SimilarityFault: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// The file is damaged, or is none of ours.
        case file
        /// What was asked, or given, is not as expected.
        case input
    }

    public let kind: Kind
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
