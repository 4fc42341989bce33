import Foundation

/// A similarity index that a manifest declares, and how far its build is.
public struct SimilarityIndex: Sendable, Hashable, Codable {
    /// Where it stands. An index that is built anew answers from the old build until the new one is ready.
    public enum State: String, Sendable, Codable, CaseIterable {
        case waiting
        case building
        case ready
        case failed
    }

    /// What a build embeds.
    public struct Build: Sendable, Hashable, Codable {
        public var version: Int
        public var datasetVersion: Int

        public init(version: Int, datasetVersion: Int) {
            self.version = version
            self.datasetVersion = datasetVersion
        }
    }

    public var spec: IndexSpec
    public var capability: String
    public var team: String
    public var state: State
    /// The model version and the dataset version of the build that answers; absent before the first.
    public var version: Int?
    public var datasetVersion: Int?
    /// Whether another model version, dataset version or declaration than the answering build's is the present one, or erased rows are
    /// still in its file; true before the first build.
    public var isStale: Bool
    /// The build that waits, is under way or failed; absent when there is none.
    public var next: Build?
    /// Rows of the build that answers.
    public var rows: Int
    public var dimension: Int?
    public var bytes: Int
    /// Rows embedded so far by the build under way.
    public var rowsBuilt: Int?
    public var error: String?
    public var builtAt: Date?

    public init(
        spec: IndexSpec, capability: String, team: String, state: State, version: Int? = nil, datasetVersion: Int? = nil,
        isStale: Bool, next: Build? = nil, rows: Int, dimension: Int? = nil, bytes: Int, rowsBuilt: Int? = nil, error: String? = nil,
        builtAt: Date? = nil
    ) {
        self.spec = spec
        self.capability = capability
        self.team = team
        self.state = state
        self.version = version
        self.datasetVersion = datasetVersion
        self.isStale = isStale
        self.next = next
        self.rows = rows
        self.dimension = dimension
        self.bytes = bytes
        self.rowsBuilt = rowsBuilt
        self.error = error
        self.builtAt = builtAt
    }
}
