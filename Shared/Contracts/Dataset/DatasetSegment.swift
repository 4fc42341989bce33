/// One Parquet file of a version. A row in a later segment replaces the row of the same id in an earlier one.
public struct DatasetSegment: Sendable, Hashable, Codable {
    public var ordinal: Int
    public var blob: Digest
    public var rows: Int
    public var bytes: Int

    public init(ordinal: Int, blob: Digest, rows: Int, bytes: Int) {
        self.ordinal = ordinal
        self.blob = blob
        self.rows = rows
        self.bytes = bytes
    }
}
