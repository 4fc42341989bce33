/// Student's t distribution with `degrees` > 0 degrees of freedom.
public struct StudentDistribution: Sendable, Equatable {
    public let degrees: Double

    public init(degrees: Double) {
        self.degrees = degrees
    }

    /// P(|T| > |t|), the two-sided p-value of a t statistic.
    public func twoSidedTail(_ t: Double) -> Double {
        t.isInfinite ? 0 : SpecialFunctions.regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
    }

    /// P(T <= t).
    public func cumulative(_ t: Double) -> Double {
        let tail = twoSidedTail(t) / 2
        return t < 0 ? tail : 1 - tail
    }

    /// The t with P(T <= t) = probability.
    public func quantile(_ probability: Double) -> Double {
        guard probability > 0, probability < 1 else { return probability == 0 ? -.infinity : probability == 1 ? .infinity : .nan }
        if probability == 0.5 { return 0 }
        let tail = min(probability, 1 - probability) * 2
        let upper = MonotoneInverse.upperBound(from: 1) { twoSidedTail($0) <= tail }
        let t = MonotoneInverse.solve(-tail, lower: 0, upper: upper) { -twoSidedTail($0) }
        return probability < 0.5 ? -t : t
    }
}
