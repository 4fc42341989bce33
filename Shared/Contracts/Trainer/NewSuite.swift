/// Asks for the capability's tests to be run on a version.
public struct NewSuite: Sendable, Hashable, Codable {
    public var capability: String
    public var version: Int
    /// Dataset version whose test split counts; the newest when absent.
    public var dataset: Int?

    public init(capability: String, version: Int, dataset: Int? = nil) {
        self.capability = capability
        self.version = version
        self.dataset = dataset
    }
}
