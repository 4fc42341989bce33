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
    public var priority: Int?
    public var timeoutSeconds: Int?
    /// How often a worker has taken it up.
    public var attempt: Int?
    /// The code that made the model.
    public var code: RunCode?
    /// For each split, the digest of its rows' ids: which rows the run was fitted to and measured on.
    public var splits: [String: Digest]?
    /// The program of a run of the recipe `command`.
    public var command: CommandRecipe?
    /// The run that this one repeats; it registers no version.
    public var reproduces: String?
    /// The search that this run is a trial of; it registers no version.
    public var search: String?

    public init(
        id: String, capability: String, state: State, manifestRevision: Int, dataset: DatasetReference? = nil, recipe: String,
        parameters: [String: JSONValue], seed: Int, iteration: Int? = nil, loss: Double? = nil, metrics: [String: Double],
        environment: [String: String], model: Digest? = nil, version: Int? = nil, error: String? = nil, createdAt: Date,
        startedAt: Date? = nil, endedAt: Date? = nil, priority: Int? = nil, timeoutSeconds: Int? = nil, attempt: Int? = nil,
        code: RunCode? = nil, splits: [String: Digest]? = nil, command: CommandRecipe? = nil, reproduces: String? = nil,
        search: String? = nil
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
        self.priority = priority
        self.timeoutSeconds = timeoutSeconds
        self.attempt = attempt
        self.code = code
        self.splits = splits
        self.command = command
        self.reproduces = reproduces
        self.search = search
    }
}
