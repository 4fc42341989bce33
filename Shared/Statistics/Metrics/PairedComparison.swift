/// How a candidate differs from a champion on the same rows.
public struct PairedComparison: Sendable, Equatable, Codable {
    public let metric: String
    public let higherIsBetter: Bool
    public let champion: Double
    public let candidate: Double
    /// The metric of the candidate minus that of the champion.
    public let difference: Estimate
    /// McNemar's mid-p value; for accuracy only.
    public let pValue: Double?

    /// Passes when the candidate is worse by at most `margin` (in the metric's unit) with the interval's confidence.
    public func noStepBack(within margin: Double) -> Verdict {
        higherIsBetter ? difference.verdict(atLeast: -margin) : difference.verdict(atMost: margin)
    }
}
