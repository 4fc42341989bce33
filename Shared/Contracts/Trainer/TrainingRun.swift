import Foundation

/// A training run.
public struct TrainingRun: Sendable, Hashable, Codable {
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
    public var state: State
    public var manifestRevision: Int
    public var dataset: DatasetReference?
    public var recipe: String
    public var parameters: [String: JSONValue]
    public var seed: Int
    /// How far the optimiser is.
    public var iteration: Int?
    public var loss: Double?
    public var metrics: [String: Double]
    /// Libraries, kernel, threads: what reproduction needs.
    public var environment: [String: String]
    public var model: Digest?
    /// The registered version.
    public var version: Int?
    public var error: String?
    public var createdAt: Date
    public var startedAt: Date?
    public var endedAt: Date?

    public init(
        id: String, capability: String, state: State, manifestRevision: Int, dataset: DatasetReference? = nil, recipe: String,
        parameters: [String: JSONValue], seed: Int, iteration: Int? = nil, loss: Double? = nil, metrics: [String: Double],
        environment: [String: String], model: Digest? = nil, version: Int? = nil, error: String? = nil, createdAt: Date,
        startedAt: Date? = nil, endedAt: Date? = nil
    ) {
        self.id = id
        self.capability = capability
        self.state = state
        self.manifestRevision = manifestRevision
        self.dataset = dataset
        self.recipe = recipe
        self.parameters = parameters
        self.seed = seed
        self.iteration = iteration
        self.loss = loss
        self.metrics = metrics
        self.environment = environment
        self.model = model
        self.version = version
        self.error = error
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}
