/// A `filter_string` that was understood: comparisons which must all hold.
public struct SearchFilter: Sendable, Hashable {
    public let kind: SearchKind
    public let comparisons: [SearchComparison]

    /// Parses a filter string; an absent or blank one lets everything through.
    ///
    /// Inside quotes a doubled quote stands for one. Throws `INVALID_PARAMETER_VALUE`, naming the place and what was expected there.
    public init(_ text: String?, kind: SearchKind) throws(MLflowError) {
        var parser = try ClauseParser(text ?? "", kind: kind, subject: "filter")
        self.init(kind: kind, comparisons: try parser.conjunction())
    }

    init(kind: SearchKind, comparisons: [SearchComparison]) {
        self.kind = kind
        self.comparisons = comparisons
    }
}

extension SearchFilter: CustomStringConvertible {
    /// The filter in one spelling, whatever the client's was.
    public var description: String {
        comparisons.map(\.description).joined(separator: " AND ")
    }
}
