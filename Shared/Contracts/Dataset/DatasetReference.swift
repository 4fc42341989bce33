/// A version of a dataset.
public struct DatasetReference: Sendable, Hashable, Codable {
    public var name: String
    public var version: Int
    /// The version's id, which covers the salted digests of its rows.
    public var id: Digest?

    public init(name: String, version: Int, id: Digest? = nil) {
        self.name = name
        self.version = version
        self.id = id
    }
}
