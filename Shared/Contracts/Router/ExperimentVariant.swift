/// One arm of an experiment.
public struct ExperimentVariant: Sendable, Hashable, Codable {
    public var name: String
    public var version: Int
    /// Share of the experiment's units, 0 to 1.
    public var weight: Double

    public init(name: String, version: Int, weight: Double) {
        self.name = name
        self.version = version
        self.weight = weight
    }
}
