import Foundation

/// The blob that describes a version: its own segments on top of a base, until a compaction writes them all.
public struct DatasetVersionManifest: Sendable, Hashable, Codable {
    /// Always mlmesh.dataset-version/1.
    public var format: String
    public var dataset: String
    public var number: Int
    public var id: Digest
    /// Manifest below this one; nil when this one is complete.
    public var base: Digest?
    /// Segments that this version adds.
    public var segments: [DatasetSegment]
    public var splitSalt: String
    public var createdAt: Date

    public init(
        format: String = DatasetVersionID.format, dataset: String, number: Int, id: Digest, base: Digest? = nil,
        segments: [DatasetSegment], splitSalt: String, createdAt: Date
    ) {
        self.format = format
        self.dataset = dataset
        self.number = number
        self.id = id
        self.base = base
        self.segments = segments
        self.splitSalt = splitSalt
        self.createdAt = createdAt
    }
}
