/// A number computed from `count` observations, with its interval and the name of the method that gave it.
public struct Estimate: Sendable, Equatable, Codable {
    public let value: Double
    /// Missing where the observations do not allow one (a single row, for instance).
    public let interval: ConfidenceInterval?
    public let count: Int
    /// What made the interval: "wilson", "bootstrap-bca", "mover", ...
    public let method: String

    public init(value: Double, interval: ConfidenceInterval?, count: Int, method: String) {
        self.value = value
        self.interval = interval
        self.count = count
        self.method = method
    }

    /// Passes when the whole interval reaches the bound, fails when all of it stays below, else inconclusive.
    public func verdict(atLeast bound: Double) -> Verdict {
        guard let interval else { return .inconclusive }
        return interval.lower >= bound ? .pass : interval.upper < bound ? .fail : .inconclusive
    }

    /// Passes when the whole interval stays at or below the bound, fails when all of it is above, else inconclusive.
    public func verdict(atMost bound: Double) -> Verdict {
        guard let interval else { return .inconclusive }
        return interval.upper <= bound ? .pass : interval.lower > bound ? .fail : .inconclusive
    }
}
