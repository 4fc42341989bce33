import Contracts

/// The rows of a version without their content, in the order of their ids.
public struct DatasetIndex: Sendable {
    public let ids: [String]
    public let splits: [Split]
    public let digests: [Digest]
    /// See ``SegmentLayout/content(of:)``.
    public let contents: [[UInt8]]
    public let groups: [String?]

    public var count: Int { ids.count }

    init(_ table: Table) throws(TableError) {
        ids = try table.column("id").texts()
        splits = try DatasetExamples.splits(table)
        var digests: [Digest] = []
        for bytes in try table.column("digest").blobs() {
            guard let digest = Digest(bytes: bytes) else { throw TableError(.content, "a row has no digest") }
            digests.append(digest)
        }
        self.digests = digests
        contents = try table.column("content").blobs()
        let group = try table.column("group")
        groups = group.optional(try group.texts())
    }
}
