/// Asks for device variants of a registered version to be made, measured and judged.
public struct NewVariants: Sendable, Hashable, Codable {
    public var capability: String
    /// Exactly one of `version` and `alias` is given.
    public var version: Int?
    public var alias: String?
    /// Dataset version that calibration, comparison and the tests read; the newest when absent.
    public var dataset: Int?
    /// `fp16`, `int8-w`, `int8-dyn`, `int8-qdq`; all when absent.
    public var precisions: [String]?

    public init(
        capability: String, version: Int? = nil, alias: String? = nil, dataset: Int? = nil,
        precisions: [String]? = nil
    ) {
        self.capability = capability
        self.version = version
        self.alias = alias
        self.dataset = dataset
        self.precisions = precisions
    }
}
