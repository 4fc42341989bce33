/// Asks for an alias to point to a version.
public struct AliasChange: Sendable, Hashable, Codable {
    public var version: Int
    /// Version that the alias must point to now, else 412; unchecked when absent.
    public var expected: Int?
    public var reason: String?
    /// Moves a protected alias although its gate is closed. Needs the scope `operate` and a reason, and is on the record.
    public var override: Bool?

    public init(version: Int, expected: Int? = nil, reason: String? = nil, override: Bool? = nil) {
        self.version = version
        self.expected = expected
        self.reason = reason
        self.override = override
    }
}
