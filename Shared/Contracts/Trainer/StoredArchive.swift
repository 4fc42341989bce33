/// An uploaded archive.
public struct StoredArchive: Sendable, Hashable, Codable {
    public var digest: Digest
    public var bytes: Int

    public init(digest: Digest, bytes: Int) {
        self.digest = digest
        self.bytes = bytes
    }
}
