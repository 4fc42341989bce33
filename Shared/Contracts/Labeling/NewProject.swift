/// Asks for a labeling project of a capability.
public struct NewProject: Sendable, Hashable, Codable {
    public var capability: String
    /// The capability's name when absent.
    public var name: String?

    public init(capability: String, name: String? = nil) {
        self.capability = capability
        self.name = name
    }
}
