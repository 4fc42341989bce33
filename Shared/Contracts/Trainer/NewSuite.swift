/// Asks for the capability's tests to be run on a version, an alias, or a run that has registered none yet.
public struct NewSuite: Sendable, Hashable, Codable {
    public var capability: String
    /// Exactly one of `version`, `alias` and `run` is given.
    public var version: Int?
    public var alias: String?
    public var run: String?
    /// Dataset version whose test split counts; the newest when absent.
    public var dataset: Int?
    /// How many seeds the recipe is fitted with, to tell a flaky test from a sound one; 1 when absent.
    public var seeds: Int?

    public init(
        capability: String, version: Int? = nil, alias: String? = nil, run: String? = nil, dataset: Int? = nil, seeds: Int? = nil
    ) {
        self.capability = capability
        self.version = version
        self.alias = alias
        self.run = run
        self.dataset = dataset
        self.seeds = seeds
    }
}
