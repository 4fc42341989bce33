import Foundation

/// An interval for a share of conversions that holds at all looks together, at any n (Robbins 1970; Howard & Ramdas 2022).
///
/// A share is excluded when the beta mixture's likelihood ratio against it has reached 1 / a (Ville's inequality).
public struct BetaBinomialConfidenceSequence: Sendable, Equatable, Codable {
    public let level: Double
    /// The mixture's parameters: the shares that are expected, and how strongly.
    public let a: Double
    public let b: Double

    public init(level: Double = 0.95, a: Double = 1, b: Double = 1) {
        self.level = level
        self.a = a
        self.b = b
    }

    /// ln of the mixture's likelihood over that of `share`.
    public func logEvidence(against share: Double, _ state: Proportion) -> Double {
        let successes = Double(state.successes)
        let failures = Double(state.trials - state.successes)
        let mixture = SpecialFunctions.logBeta(a + successes, b + failures) - SpecialFunctions.logBeta(a, b)
        let likelihood = (successes > 0 ? successes * log(share) : 0) + (failures > 0 ? failures * log1p(-share) : 0)
        return mixture - likelihood
    }

    /// The share with its interval: [0, 1] before the first trial.
    public func estimate(_ state: Proportion) -> Estimate {
        let limit = -log(1 - level)
        let value = state.value
        func isInside(_ share: Double) -> Bool { logEvidence(against: share, state) < limit }
        let lower = state.successes == 0 ? 0 : edge(outside: 0, inside: value, isInside)
        let upper = state.successes == state.trials ? 1 : edge(outside: 1, inside: value, isInside)
        return Estimate(
            value: value, interval: ConfidenceInterval(lower: lower, upper: upper, level: level),
            count: state.trials, method: "beta-binomial-cs")
    }

    /// Treatment minus control: each arm's interval at half the error, put together.
    public func difference(control: Proportion, treatment: Proportion) -> Estimate {
        let half = BetaBinomialConfidenceSequence(level: 1 - (1 - level) / 2, a: a, b: b)
        let value = treatment.value - control.value
        let count = control.trials + treatment.trials
        guard let first = half.estimate(control).interval, let second = half.estimate(treatment).interval else {
            return Estimate(value: value, interval: nil, count: count, method: "beta-binomial-cs")
        }
        let interval = ConfidenceInterval(lower: second.lower - first.upper, upper: second.upper - first.lower, level: level)
        return Estimate(value: value, interval: interval, count: count, method: "beta-binomial-cs")
    }

    private func edge(outside: Double, inside: Double, _ isInside: (Double) -> Bool) -> Double {
        var far = outside
        var near = inside
        for _ in 0..<60 {
            let middle = (far + near) / 2
            if isInside(middle) { near = middle } else { far = middle }
        }
        return far
    }
}
