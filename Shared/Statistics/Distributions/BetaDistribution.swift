/// The beta distribution on [0, 1]; both parameters are positive.
public struct BetaDistribution: Sendable, Equatable {
    public let a: Double
    public let b: Double

    public init(_ a: Double, _ b: Double) {
        self.a = a
        self.b = b
    }

    public var mean: Double { a / (a + b) }

    /// P(X <= x).
    public func cumulative(_ x: Double) -> Double {
        x <= 0 ? 0 : x >= 1 ? 1 : SpecialFunctions.regularizedBeta(x, a, b)
    }

    /// The x with P(X <= x) = probability.
    public func quantile(_ probability: Double) -> Double {
        guard probability > 0, probability < 1 else { return probability == 0 || probability == 1 ? probability : .nan }
        return MonotoneInverse.solve(probability, lower: 0, upper: 1, cumulative: cumulative)
    }
}
