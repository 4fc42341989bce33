/// The gamma distribution with a shape and a scale, both positive.
public struct GammaDistribution: Sendable, Equatable {
    public let shape: Double
    public let scale: Double

    public init(shape: Double, scale: Double = 1) {
        self.shape = shape
        self.scale = scale
    }

    /// P(X <= x).
    public func cumulative(_ x: Double) -> Double {
        x <= 0 ? 0 : SpecialFunctions.regularizedGammaLower(shape, x / scale)
    }

    /// P(X > x), exact far in the tail.
    public func upperTail(_ x: Double) -> Double {
        x <= 0 ? 1 : SpecialFunctions.regularizedGammaUpper(shape, x / scale)
    }

    /// The x with P(X <= x) = probability.
    public func quantile(_ probability: Double) -> Double {
        guard probability > 0 else { return probability == 0 ? 0 : .nan }
        guard probability < 1 else { return probability == 1 ? .infinity : .nan }
        let unit = GammaDistribution(shape: shape)
        let upper = MonotoneInverse.upperBound(from: max(shape, 1e-3)) { unit.cumulative($0) >= probability }
        return scale * MonotoneInverse.solve(probability, lower: 0, upper: upper, cumulative: unit.cumulative)
    }
}
