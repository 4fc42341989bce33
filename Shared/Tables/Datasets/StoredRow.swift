import Contracts

/// A row of a dataset with what only its keeper needs.
public struct StoredRow: Sendable, Hashable {
    public var row: DatasetRow
    /// How many people gave the label.
    public var annotators: Int?
    /// Rows of a group are never split.
    public var group: String?
    /// The person the row is about.
    public var subject: String?
    /// See RowDigest.
    public var digest: Digest
    /// The 16 bytes that the digest was salted with.
    public var salt: [UInt8]
    /// See ``SegmentLayout/content(of:)``; nil when nobody computed it yet.
    public var content: [UInt8]?

    public init(
        row: DatasetRow, annotators: Int? = nil, group: String? = nil, subject: String? = nil, digest: Digest, salt: [UInt8],
        content: [UInt8]? = nil
    ) {
        self.row = row
        self.annotators = annotators
        self.group = group
        self.subject = subject
        self.digest = digest
        self.salt = salt
        self.content = content
    }
}
