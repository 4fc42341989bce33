/// The chi-squared distribution with `degrees` > 0 degrees of freedom.
public struct ChiSquaredDistribution: Sendable, Equatable {
    public let degrees: Double

    public init(degrees: Double) {
        self.degrees = degrees
    }

    private var gamma: GammaDistribution { GammaDistribution(shape: degrees / 2, scale: 2) }

    /// P(X <= x).
    public func cumulative(_ x: Double) -> Double { gamma.cumulative(x) }

    /// P(X > x), the p-value of a chi-squared statistic.
    public func upperTail(_ x: Double) -> Double { gamma.upperTail(x) }

    /// The x with P(X <= x) = probability.
    public func quantile(_ probability: Double) -> Double { gamma.quantile(probability) }
}
