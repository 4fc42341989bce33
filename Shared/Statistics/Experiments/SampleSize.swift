import Foundation

/// How many units an experiment needs.
public struct SampleSize: Sendable, Equatable, Codable {
    /// 1 minus the two-sided false positive rate.
    public let level: Double
    /// The chance of finding the effect where it is there.
    public let power: Double

    public init(level: Double = 0.95, power: Double = 0.8) {
        self.level = level
        self.power = power
    }

    private var alphaPoint: Double { NormalDistribution.criticalValue(level: level) }
    private var powerPoint: Double { NormalDistribution().quantile(power) }

    /// Units for each arm to tell two proportions apart with one look at the end (Fleiss, Levin & Paik 2003, section 4.2).
    public func perArm(from first: Double, to second: Double) -> Int? {
        guard first != second, (0...1).contains(first), (0...1).contains(second) else { return nil }
        let mean = (first + second) / 2
        let pooled = (2 * mean * (1 - mean)).squareRoot()
        let apart = (first * (1 - first) + second * (1 - second)).squareRoot()
        let root = (alphaPoint * pooled + powerPoint * apart) / (first - second)
        return units(root * root)
    }

    /// Units for each arm to find a difference of means with one look at the end (normal approximation).
    public func perArm(difference: Double, standardDeviation: Double) -> Int? {
        guard difference != 0, standardDeviation > 0 else { return nil }
        let root = (alphaPoint + powerPoint) * standardDeviation / difference
        return units(2 * root * root)
    }

    /// Units for each arm when the asymptotic confidence sequence, tightest at that size, is looked at any time.
    public func perArmSequential(difference: Double, standardDeviation: Double) -> Int? {
        guard difference != 0, standardDeviation > 0 else { return nil }
        let alpha = 1 - level
        let spread = AsymptoticConfidenceSequence.spread(alpha: alpha)
        let factor = (2 * (spread + 1) / spread * log((spread + 1).squareRoot() / alpha)).squareRoot()
        let root = (factor + powerPoint) * standardDeviation / difference
        return units(2 * root * root)
    }

    /// As above for two proportions.
    public func perArmSequential(from first: Double, to second: Double) -> Int? {
        let variance = (first * (1 - first) + second * (1 - second)) / 2
        return perArmSequential(difference: second - first, standardDeviation: variance.squareRoot())
    }

    /// Rows that one proportion needs for the lower end of its Wilson interval to reach `bound`, `power` of the time.
    public func rows(forProportion expected: Double, toClear bound: Double) -> Int? {
        guard (0...1).contains(expected), (0..<1).contains(bound), expected > bound else { return nil }
        let root =
            (alphaPoint * (bound * (1 - bound)).squareRoot() + powerPoint * (expected * (1 - expected)).squareRoot())
            / (expected - bound)
        return units(root * root)
    }

    /// Nil where the number is beyond any use.
    private func units(_ value: Double) -> Int? {
        value.isFinite && value < 1e15 ? max(2, Int(value.rounded(.up))) : nil
    }
}
