/// The outcome of holding an interval against a bound.
public enum Verdict: String, Sendable, Codable, CaseIterable {
    case pass
    case fail
    case inconclusive
}
