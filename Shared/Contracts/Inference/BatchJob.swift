import Foundation

/// Batch inference over all rows of a dataset version or file.
public struct BatchJob: Sendable, Hashable, Codable {
    /// Where it stands.
    public enum State: String, Sendable, Codable, CaseIterable {
        case queued
        case running
        case succeeded
        case failed
        case cancelled
    }

    public var id: String
    public var capability: String
    public var version: Int
    public var team: String
    public var state: State
    public var input: BatchInput
    public var format: TableFormat
    public var outputs: [String]?
    /// Rows of the input; absent until they are counted.
    public var rows: Int?
    /// Rows predicted so far, each counted once.
    public var rowsDone: Int
    /// Rows that could not be predicted: each is in the output with its reason in the column `error`.
    public var rowsRefused: Int
    public var shards: Int?
    public var shardsDone: Int
    /// Over the time of work so far; absent before the first shard is done.
    public var rowsPerSecond: Double?
    /// Estimate by the rate so far.
    public var secondsLeft: Double?
    /// The file of predictions, once all are there.
    public var output: Digest?
    public var outputBytes: Int?
    public var error: String?
    public var createdBy: String
    public var createdAt: Date
    public var startedAt: Date?
    public var endedAt: Date?

    public init(
        id: String, capability: String, version: Int, team: String, state: State, input: BatchInput, format: TableFormat,
        outputs: [String]? = nil, rows: Int? = nil, rowsDone: Int, rowsRefused: Int, shards: Int? = nil, shardsDone: Int,
        rowsPerSecond: Double? = nil, secondsLeft: Double? = nil, output: Digest? = nil, outputBytes: Int? = nil, error: String? = nil,
        createdBy: String, createdAt: Date, startedAt: Date? = nil, endedAt: Date? = nil
    ) {
        self.id = id
        self.capability = capability
        self.version = version
        self.team = team
        self.state = state
        self.input = input
        self.format = format
        self.outputs = outputs
        self.rows = rows
        self.rowsDone = rowsDone
        self.rowsRefused = rowsRefused
        self.shards = shards
        self.shardsDone = shardsDone
        self.rowsPerSecond = rowsPerSecond
        self.secondsLeft = secondsLeft
        self.output = output
        self.outputBytes = outputBytes
        self.error = error
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}
