/// `successes` among `trials`, as a mergeable state.
public struct Proportion: Sendable, Equatable, Codable {
    public var successes: Int
    public var trials: Int

    public init(successes: Int, trials: Int) {
        self.successes = successes
        self.trials = trials
    }

    /// successes / trials; 0 where there is no trial.
    public var value: Double { trials == 0 ? 0 : Double(successes) / Double(trials) }

    public mutating func add(_ success: Bool) {
        successes += success ? 1 : 0
        trials += 1
    }

    public func merged(with other: Proportion) -> Proportion {
        Proportion(successes: successes + other.successes, trials: trials + other.trials)
    }

    /// The score interval without continuity correction (Wilson 1927); [0, 1] where there is no trial.
    public func wilson(level: Double = 0.95) -> ConfidenceInterval {
        guard trials > 0 else { return ConfidenceInterval(lower: 0, upper: 1, level: level) }
        return Self.wilson(share: value, trials: Double(trials), level: level)
    }

    /// Wilson's interval of a share among an effective number of trials, neither of which needs to be whole.
    static func wilson(share: Double, trials n: Double, level: Double) -> ConfidenceInterval {
        let z = NormalDistribution.criticalValue(level: level)
        let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        // The ends are exact at 0 and n successes, where rounding would leave 1e-17.
        let lower = share == 0 ? 0 : max(0, centre - half)
        let upper = share == 1 ? 1 : min(1, centre + half)
        return ConfidenceInterval(lower: lower, upper: upper, level: level)
    }

    /// The share with its Wilson interval; no interval where there is no trial.
    public func estimate(level: Double = 0.95) -> Estimate {
        Estimate(value: value, interval: trials > 0 ? wilson(level: level) : nil, count: trials, method: "wilson")
    }

    /// `other` minus `self`, with the hybrid score interval (Newcombe 1998, method 10).
    public func difference(to other: Proportion, level: Double = 0.95) -> Estimate {
        let combined = LinearCombination(terms: [(1, other.value, other.wilson(level: level)), (-1, value, wilson(level: level))])
        let usable = trials > 0 && other.trials > 0
        return Estimate(
            value: combined.value, interval: usable ? combined.interval(level: level) : nil,
            count: trials + other.trials, method: "newcombe")
    }
}
