/// Asks for a dataset.
public struct NewDataset: Sendable, Hashable, Codable {
    /// Lower-case letters, digits and hyphens, at most 63.
    public var name: String
    public var team: String
    /// The capability whose split, slices and needs apply.
    public var capability: String?

    public init(name: String, team: String, capability: String? = nil) {
        self.name = name
        self.team = team
        self.capability = capability
    }
}
