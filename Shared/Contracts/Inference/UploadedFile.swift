import Foundation

/// A file of rows that was uploaded for batch inference. The same bytes are the same file.
public struct UploadedFile: Sendable, Hashable, Codable {
    public var digest: Digest
    public var bytes: Int
    public var format: TableFormat
    public var team: String
    public var createdAt: Date

    public init(digest: Digest, bytes: Int, format: TableFormat, team: String, createdAt: Date) {
        self.digest = digest
        self.bytes = bytes
        self.format = format
        self.team = team
        self.createdAt = createdAt
    }
}
