/// Treatment over control minus 1, with an interval by the delta method (Deng, Knoblich & Lu 2018).
public struct RelativeLift: Sendable, Equatable, Codable {
    public let lift: Estimate

    /// Nil where an arm has fewer than two values or the control's mean is not above 0.
    public init?(control: Moments, treatment: Moments, level: Double = 0.95) {
        guard control.count > 1, treatment.count > 1, control.mean > 0 else { return nil }
        let ratio = treatment.mean / control.mean
        let variance = treatment.variance / Double(treatment.count) + ratio * ratio * control.variance / Double(control.count)
        let half = NormalDistribution.criticalValue(level: level) * variance.squareRoot() / control.mean
        lift = Estimate(
            value: ratio - 1, interval: ConfidenceInterval(lower: ratio - 1 - half, upper: ratio - 1 + half, level: level),
            count: control.count + treatment.count, method: "delta")
    }
}
