/// What a test of a suite looks at.
public enum TestKind: String, Sendable, Codable, CaseIterable {
    /// A metric, overall or on a slice, against a bound.
    case metric
    /// The same rows through two models: no step back behind an alias.
    case regression
    /// A metric's largest difference between groups.
    case fairness
    /// The expected calibration error.
    case calibration
    /// A perturbation after which the answer stays.
    case invariance
    /// A perturbation after which an output moves one way.
    case directional
    /// Named rows that must be right.
    case examples
    /// Time of a call, on a named machine.
    case latency
    /// Bytes of the file.
    case size
    /// Resident bytes that the loaded model adds.
    case memory
    /// Wrong shapes, ranges and datatypes are refused; a batch answers as its rows do alone.
    case contract
    /// The same input, seed and rows give the same answers.
    case reproducible
    /// The dataset itself: needs, leakage, representation.
    case data
    /// Share of people's preferences won against an alias.
    case pairwise
    /// Whether the offline metric foretells the live KPI.
    case kpi

    /// Members that a test of this kind must have.
    public var required: Set<String> {
        switch self {
        case .metric: ["metric"]
        case .regression: ["metric", "against", "within"]
        case .fairness: ["metric", "groups", "differenceAtMost"]
        case .calibration: ["errorAtMost"]
        case .invariance: ["perturb", "agreementAtLeast"]
        case .directional: ["perturb", "expect", "shareAtLeast"]
        case .examples: ["examples"]
        case .latency: ["millisecondsAtMost"]
        case .size, .memory: ["megabytesAtMost"]
        case .contract, .reproducible, .data: []
        case .pairwise: ["dataset", "against", "atLeast"]
        case .kpi: ["metric", "kpi", "atLeast"]
        }
    }

    /// Members that it may have besides, apart from `name`, `kind`, `slice` and `onInconclusive`.
    public var optional: Set<String> {
        switch self {
        case .metric: ["atLeast", "atMost", "class", "at"]
        case .regression: ["class", "at"]
        case .fairness: ["class"]
        case .latency: ["percentile", "rows", "machine", "variant"]
        case .size: ["variant"]
        case .memory: ["machine", "variant"]
        case .reproducible: ["tolerance"]
        case .data: ["checks", "representation"]
        case .calibration, .invariance, .directional, .examples, .contract, .pairwise, .kpi: []
        }
    }
}
