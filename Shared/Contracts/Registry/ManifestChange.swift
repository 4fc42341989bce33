/// One difference between two revisions of a manifest.
public struct ManifestChange: Sendable, Hashable, Codable {
    /// As `tests[0].atLeast`; elements with a name go by it, as `tests[good enough].atLeast`.
    public var path: String
    /// Nil where it was added.
    public var from: JSONValue?
    /// Nil where it was taken away.
    public var to: JSONValue?

    public init(path: String, from: JSONValue? = nil, to: JSONValue? = nil) {
        self.path = path
        self.from = from
        self.to = to
    }
}
