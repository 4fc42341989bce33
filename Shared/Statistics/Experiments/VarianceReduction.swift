/// CUPED: takes off a metric what a number known before the experiment explains (Deng, Xu, Kohavi & Walker 2013).
public struct VarianceReduction: Sendable, Equatable, Codable {
    /// cov(y, x) / var(x) within arms, pooled; 0 where x has no spread.
    public let theta: Double
    /// y - theta (x - mean x) of each arm, in the order given.
    public let arms: [Moments]

    /// x is what was known before, y the metric. The mean of x is that of all arms, so that differences stay unbiased.
    public init(_ arms: [PairedMoments]) {
        let spread = arms.reduce(0) { $0 + $1.m2X }
        let theta = spread > 0 ? arms.reduce(0) { $0 + $1.coMoment } / spread : 0
        let all = arms.reduce(Moments()) { $0.merged(with: $1.x) }
        self.theta = theta
        self.arms = arms.map { arm in
            Moments(
                count: arm.count, mean: arm.meanY - theta * (arm.meanX - all.mean),
                m2: max(0, arm.m2Y - 2 * theta * arm.coMoment + theta * theta * arm.m2X))
        }
    }
}
