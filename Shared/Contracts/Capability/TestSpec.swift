/// One test of a capability's suite.
public struct TestSpec: Sendable, Hashable, Codable {
    /// What an inconclusive result does to a gate.
    public enum OnInconclusive: String, Sendable, Codable {
        case block
        case warn
    }

    public var name: String
    /// A ``TestKind``.
    public var kind: String
    /// Name of a metric, as `accuracy` or `recall`.
    public var metric: String?
    /// Name of the slice whose rows count; all rows when absent.
    public var slice: String?
    /// The interval must lie above this.
    public var atLeast: Double?
    /// The interval must lie below this.
    public var atMost: Double?
    /// The class that counts as positive, where a metric asks for one; the average over classes when absent.
    public var `class`: JSONValue?
    /// Cut-off of a ranking metric, as 10 in precision at 10.
    public var at: Int?
    /// Alias that a regression or pairwise test compares with.
    public var against: String?
    /// How much worse a regression test allows.
    public var within: Double?
    /// Field whose values are the groups of a fairness test, as `context.source`.
    public var groups: String?
    /// Largest difference of the metric between two groups.
    public var differenceAtMost: Double?
    public var errorAtMost: Double?
    public var perturb: Perturbation?
    /// Share of perturbed rows whose answer must stay.
    public var agreementAtLeast: Double?
    public var expect: Expectation?
    /// Share of perturbed rows that must do what is expected.
    public var shareAtLeast: Double?
    public var examples: [NamedExample]?
    /// 99 when absent.
    public var percentile: Double?
    public var millisecondsAtMost: Double?
    /// Rows in one call of a latency test; 1 when absent.
    public var rows: Int?
    /// Name of the machine profile on which time and memory count; that of the trainer when absent.
    public var machine: String?
    /// 10^6 bytes.
    public var megabytesAtMost: Double?
    /// Name of the device variant that is meant; the model itself when absent.
    public var variant: String?
    /// Largest difference between two answers to the same row; 0 when absent.
    public var tolerance: Double?
    /// `needs`, `leakage`, `representation`: what a data test looks at; all that the manifest declares when absent.
    public var checks: [String]?
    /// Share of each value in the wild, by field: what representation is judged by.
    public var representation: [String: [String: Double]]?
    /// Dataset with people's preferences, of a pairwise test.
    public var dataset: String?
    /// The KPI that the metric should foretell.
    public var kpi: String?
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
