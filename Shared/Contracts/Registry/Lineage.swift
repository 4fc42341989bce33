import Foundation

/// Where a model version came from, and where it served: what the model-registry knows of both. The run and the dataset version are
/// described by the trainer and the dataset service.
public struct Lineage: Sendable, Hashable, Codable {
    /// A suite report on the version, without its results.
    public struct Report: Sendable, Hashable, Codable {
        public var id: String
        public var passed: Bool
        public var manifestRevision: Int
        public var dataset: DatasetReference
        /// The test split's own version.
        public var split: Digest?
        public var startedAt: Date

        public init(id: String, passed: Bool, manifestRevision: Int, dataset: DatasetReference, split: Digest?, startedAt: Date) {
            self.id = id
            self.passed = passed
            self.manifestRevision = manifestRevision
            self.dataset = dataset
            self.split = split
            self.startedAt = startedAt
        }
    }

    public var version: ModelVersion
    /// Every move of an alias to the version, newest first.
    public var moves: [AliasMove]
    /// Reports on the version, newest first.
    public var reports: [Report]

    public init(version: ModelVersion, moves: [AliasMove], reports: [Report]) {
        self.version = version
        self.moves = moves
        self.reports = reports
    }
}
