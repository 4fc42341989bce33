/// A metric that must not get worse.
public struct Guardrail: Sendable, Hashable, Codable {
    /// What it says so far.
    public enum Verdict: String, Sendable, Codable, CaseIterable {
        case pass
        case fail
        case undecided
    }

    public var metric: String
    public var control: Double?
    public var challenger: Double?
    public var verdict: Verdict

    public init(metric: String, control: Double? = nil, challenger: Double? = nil, verdict: Verdict) {
        self.metric = metric
        self.control = control
        self.challenger = challenger
        self.verdict = verdict
    }
}
