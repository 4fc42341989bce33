/// The verdicts of one test on models that differ in their seed alone.
public struct SeedRuns: Sendable, Equatable, Codable {
    public let passed: Int
    public let failed: Int
    public let inconclusive: Int

    public init(_ verdicts: [Verdict]) {
        passed = verdicts.count { $0 == .pass }
        failed = verdicts.count { $0 == .fail }
        inconclusive = verdicts.count { $0 == .inconclusive }
    }

    /// Seeds that pass among all; an inconclusive one has not passed.
    public var share: Proportion { Proportion(successes: passed, trials: passed + failed + inconclusive) }

    /// The share with its Wilson interval.
    public func estimate(level: Double = 0.95) -> Estimate { share.estimate(level: level) }

    /// Some seeds pass and some fail: the outcome hangs on the seed.
    public var isFlaky: Bool { passed > 0 && failed > 0 }

    /// Passes when the interval of the share reaches `required`, fails when all of it is below, else inconclusive.
    public func verdict(requiring required: Double, level: Double = 0.95) -> Verdict {
        estimate(level: level).verdict(atLeast: required)
    }

    /// Seeds that must all pass for Wilson's lower end to reach the share: z^2 s / (1 - s); nil outside 0 ..< 1.
    public static func leastSeeds(requiring share: Double, level: Double = 0.95) -> Int? {
        guard (0..<1).contains(share) else { return nil }
        let z = NormalDistribution.criticalValue(level: level)
        return max(1, Int((z * z * share / (1 - share)).rounded(.up)))
    }
}
