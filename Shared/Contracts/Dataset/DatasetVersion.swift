import Foundation

/// An immutable version of a dataset.
public struct DatasetVersion: Sendable, Hashable, Codable {
    public var dataset: String
    public var number: Int
    /// Root over the salted digests of the rows; see DatasetVersionID.
    public var id: Digest
    /// The blob that describes the version.
    public var manifest: Digest
    public var parent: Int?
    public var message: String
    public var createdAt: Date
    public var createdBy: String
    /// By name: train, validation, test.
    public var splits: [String: SplitCounts]
    /// All segments in order, those of the parents included.
    public var segments: [DatasetSegment]
    public var checks: [DatasetCheck]

    public init(
        dataset: String, number: Int, id: Digest, manifest: Digest, parent: Int? = nil, message: String, createdAt: Date,
        createdBy: String, splits: [String: SplitCounts], segments: [DatasetSegment], checks: [DatasetCheck]
    ) {
        self.dataset = dataset
        self.number = number
        self.id = id
        self.manifest = manifest
        self.parent = parent
        self.message = message
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.splits = splits
        self.segments = segments
        self.checks = checks
    }
}
