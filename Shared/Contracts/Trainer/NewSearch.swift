/// Asks for a search of parameters.
public struct NewSearch: Sendable, Hashable, Codable {
    /// How parameters are proposed.
    public enum Strategy: String, Sendable, Codable, CaseIterable {
        /// Every combination.
        case grid
        /// Combinations drawn by the seed.
        case random
        /// Combinations drawn by the seed, first with little of a resource; the best go on with more (Li et al. 2020, ASHA).
        case asha
    }

    /// Rungs of successive halving.
    public struct Halving: Sendable, Hashable, Codable {
        /// The parameter that says how much work a trial does, as `epochs`.
        public var resource: String
        public var minimum: Int
        public var maximum: Int
        /// Of so many trials of a rung one goes on, with so many times as much; 3 when absent.
        public var factor: Int?

        public init(resource: String, minimum: Int, maximum: Int, factor: Int? = nil) {
            self.resource = resource
            self.minimum = minimum
            self.maximum = maximum
            self.factor = factor
        }
    }

    public var capability: String
    /// Dataset version; the newest when absent.
    public var dataset: Int?
    /// The manifest's when absent.
    public var recipe: String?
    /// Parameters that are the same in all trials.
    public var parameters: [String: JSONValue]?
    public var strategy: Strategy
    public var space: [String: SearchRange]
    /// Measured on the validation split; accuracy when absent.
    public var metric: String?
    /// Combinations tried at most; all of a grid, or 20, when absent.
    public var trials: Int?
    /// Trials that run at once; 4 when absent.
    public var parallel: Int?
    /// Trials without a better one after which no more are started; none are spared when absent.
    public var patience: Int?
    public var halving: Halving?
    /// Draws the combinations and is the seed of every trial.
    public var seed: Int?
    public var priority: Int?

    public init(
        capability: String, dataset: Int? = nil, recipe: String? = nil, parameters: [String: JSONValue]? = nil, strategy: Strategy,
        space: [String: SearchRange], metric: String? = nil, trials: Int? = nil, parallel: Int? = nil, patience: Int? = nil,
        halving: Halving? = nil, seed: Int? = nil, priority: Int? = nil
    ) {
        self.capability = capability
        self.dataset = dataset
        self.recipe = recipe
        self.parameters = parameters
        self.strategy = strategy
        self.space = space
        self.metric = metric
        self.trials = trials
        self.parallel = parallel
        self.patience = patience
        self.halving = halving
        self.seed = seed
        self.priority = priority
    }
}
