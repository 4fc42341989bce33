/// Asks for an experiment: the champion against a challenger.
public struct NewExperiment: Sendable, Hashable, Codable {
    public var capability: String
    public var name: String
    /// Model version.
    public var challenger: Int
    /// The manifest's when absent.
    public var kpi: String?

    public init(capability: String, name: String, challenger: Int, kpi: String? = nil) {
        self.capability = capability
        self.name = name
        self.challenger = challenger
        self.kpi = kpi
    }
}
