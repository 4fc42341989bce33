/// One test of a capability's suite.
public struct TestSpec: Sendable, Hashable, Codable {
    /// What an inconclusive result does to a gate.
    public enum OnInconclusive: String, Sendable, Codable {
        case block
        case warn
    }

    public var name: String
    /// `metric` or `regression`.
    public var kind: String
    /// Name of a metric, as `accuracy` or `recall`.
    public var metric: String?
    /// Name of the slice whose rows count; all rows when absent.
    public var slice: String?
    /// The interval must lie above this.
    public var atLeast: Double?
    /// The interval must lie below this.
    public var atMost: Double?
    /// Alias that a regression test compares with: `champion`.
    public var against: String?
    /// How much worse a regression test allows.
    public var within: Double?
    /// `block` when absent.
    public var onInconclusive: OnInconclusive?

    public init(
        name: String, kind: String, metric: String? = nil, slice: String? = nil, atLeast: Double? = nil, atMost: Double? = nil,
        against: String? = nil, within: Double? = nil, onInconclusive: OnInconclusive? = nil
    ) {
        self.name = name
        self.kind = kind
        self.metric = metric
        self.slice = slice
        self.atLeast = atLeast
        self.atMost = atMost
        self.against = against
        self.within = within
        self.onInconclusive = onInconclusive
    }
}
