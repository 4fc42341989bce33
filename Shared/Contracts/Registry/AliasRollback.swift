/// Asks for an alias to point to what it pointed to before.
public struct AliasRollback: Sendable, Hashable, Codable {
    /// Version that the alias must point to now, else 412; unchecked when absent.
    public var expected: Int?
    public var reason: String?

    public init(expected: Int? = nil, reason: String? = nil) {
        self.expected = expected
        self.reason = reason
    }
}
