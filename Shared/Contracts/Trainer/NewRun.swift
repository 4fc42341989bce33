/// Asks for a training run.
public struct NewRun: Sendable, Hashable, Codable {
    public var capability: String
    /// Dataset version; the newest when absent.
    public var dataset: Int?
    /// The manifest's when absent.
    public var recipe: String?
    public var parameters: [String: JSONValue]?
    public var seed: Int?
    /// Of two queued runs the one with the higher priority starts first: -100 to 100, 0 when absent.
    public var priority: Int?
    /// Seconds from its first start after which the run is ended as failed; a day when absent.
    public var timeoutSeconds: Int?
    /// The program of a run of the recipe `command`.
    public var command: CommandRecipe?

    public init(
        capability: String, dataset: Int? = nil, recipe: String? = nil, parameters: [String: JSONValue]? = nil, seed: Int? = nil,
        priority: Int? = nil, timeoutSeconds: Int? = nil, command: CommandRecipe? = nil
    ) {
        self.capability = capability
        self.dataset = dataset
        self.recipe = recipe
        self.parameters = parameters
        self.seed = seed
        self.priority = priority
        self.timeoutSeconds = timeoutSeconds
        self.command = command
    }
}
