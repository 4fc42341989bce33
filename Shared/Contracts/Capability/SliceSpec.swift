/// A named part of the rows, by a predicate of the slice grammar.
public struct SliceSpec: Sendable, Hashable, Codable {
    public var name: String
    /// The predicate over a labeled row.
    public var `where`: String
    /// The predicate over a live request, where the label is not known; `where` when absent.
    public var live: String?

    public init(name: String, where predicate: String, live: String? = nil) {
        self.name = name
        self.where = predicate
        self.live = live
    }
}
