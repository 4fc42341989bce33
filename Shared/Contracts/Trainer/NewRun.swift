/// Asks for a training run.
public struct NewRun: Sendable, Hashable, Codable {
    public var capability: String
    /// Dataset version; the newest when absent.
    public var dataset: Int?
    /// The manifest's when absent.
    public var recipe: String?
    public var parameters: [String: JSONValue]?
    public var seed: Int?

    public init(
        capability: String, dataset: Int? = nil, recipe: String? = nil, parameters: [String: JSONValue]? = nil, seed: Int? = nil
    ) {
        self.capability = capability
        self.dataset = dataset
        self.recipe = recipe
        self.parameters = parameters
        self.seed = seed
    }
}
