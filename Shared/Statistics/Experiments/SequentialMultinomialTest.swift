import Foundation

/// Whether units reach the arms in the intended shares, looked at as often as wanted (Lindon & Malek 2022).
///
/// The Bayes factor of a Dirichlet mixture around the shares against the shares themselves; the chance that its inverse ever
/// falls to a is at most a where the shares hold.
public struct SequentialMultinomialTest: Sendable, Equatable, Codable {
    public let shares: [Double]
    /// How tightly the mixture sits around the shares: large finds small deviations late, small finds large ones early.
    public let concentration: Double
    public private(set) var counts: [Int]
    /// The least p-value of all looks.
    public private(set) var pValue: Double

    /// Weights are positive and scaled to shares; at least two.
    public init(weights: [Double], concentration: Double = 1_000) {
        let sum = weights.reduce(0, +)
        shares = weights.map { $0 / sum }
        self.concentration = concentration
        counts = Array(repeating: 0, count: weights.count)
        pValue = 1
    }

    /// Adds the units that came since the last look, one count for each arm, and looks.
    public mutating func add(_ arrived: [Int]) {
        for (arm, count) in arrived.enumerated() where arm < counts.count { counts[arm] += count }
        pValue = min(pValue, exp(-logBayesFactor))
    }

    /// ln of the Bayes factor against the shares at the present counts.
    public var logBayesFactor: Double {
        let total = Double(counts.reduce(0, +))
        var result = SpecialFunctions.logGamma(concentration) - SpecialFunctions.logGamma(concentration + total)
        for (share, count) in zip(shares, counts) where count > 0 {
            let prior = concentration * share
            result += SpecialFunctions.logGamma(prior + Double(count)) - SpecialFunctions.logGamma(prior) - Double(count) * log(share)
        }
        return result
    }
}
