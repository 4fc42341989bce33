import Foundation

/// An interval for a mean that holds at all looks together (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, arXiv 2103.06476).
public struct AsymptoticConfidenceSequence: Sendable, Equatable, Codable {
    public let level: Double
    /// Where the interval is tightest: rho = sqrt((-2 ln a + ln(-2 ln a + 1)) / N*).
    public let rho: Double
    /// Below this many observations (in each arm) nothing is said, since the method rests on the central limit theorem.
    public let minimumCount: Int

    /// Tightest when `optimalAt` observations are in (both arms together).
    public init(level: Double = 0.95, optimalAt count: Int, minimumCount: Int = 50) {
        self.level = level
        self.minimumCount = minimumCount
        rho = (Self.spread(alpha: 1 - level) / Double(max(count, 1))).squareRoot()
    }

    /// rho squared times N*.
    static func spread(alpha: Double) -> Double {
        -2 * log(alpha) + log(-2 * log(alpha) + 1)
    }

    /// s * sqrt(2 (n rho^2 + 1) / (n rho)^2 * ln(sqrt(n rho^2 + 1) / a)).
    public func halfWidth(count: Int, standardDeviation: Double) -> Double {
        let n = Double(count)
        let inflated = n * rho * rho + 1
        let factor = 2 * inflated / (n * n * rho * rho) * log(inflated.squareRoot() / (1 - level))
        return standardDeviation * factor.squareRoot()
    }

    /// The mean; no interval below the least count or without any spread.
    public func estimate(_ moments: Moments) -> Estimate {
        estimate(value: moments.mean, count: moments.count, variance: moments.variance, isReady: moments.count >= minimumCount)
    }

    /// Mean of treatment minus mean of control, of units assigned at random.
    ///
    /// The difference is the mean over all n units of their influence, whose variance is n (s0^2 / n0 + s1^2 / n1).
    public func difference(control: Moments, treatment: Moments) -> Estimate {
        let count = control.count + treatment.count
        let isReady = min(control.count, treatment.count) >= max(minimumCount, 2)
        let variance =
            isReady
            ? Double(count) * (control.variance / Double(control.count) + treatment.variance / Double(treatment.count)) : 0
        return estimate(value: treatment.mean - control.mean, count: count, variance: variance, isReady: isReady)
    }

    private func estimate(value: Double, count: Int, variance: Double, isReady: Bool) -> Estimate {
        guard isReady, variance > 0 else { return Estimate(value: value, interval: nil, count: count, method: "asymptotic-cs") }
        let half = halfWidth(count: count, standardDeviation: variance.squareRoot())
        return Estimate(
            value: value, interval: ConfidenceInterval(lower: value - half, upper: value + half, level: level),
            count: count, method: "asymptotic-cs")
    }
}
