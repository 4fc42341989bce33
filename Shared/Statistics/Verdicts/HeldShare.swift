/// How often an expectation held over cases (a metamorphic relation, a preference won), ties counting half.
public struct HeldShare: Sendable, Equatable, Codable {
    public let held: Int
    public let tied: Int
    public let broken: Int

    public init(held: Int, tied: Int = 0, broken: Int) {
        self.held = held
        self.tied = tied
        self.broken = broken
    }

    public var count: Int { held + tied + broken }

    /// Every prediction that a perturbation must leave alone, beside what it is after.
    public static func invariance(before: [Int], after: [Int]) throws(MetricError) -> HeldShare {
        guard before.count == after.count else { throw .lengths(expected: before.count, found: after.count, of: "after") }
        let held = zip(before, after).count { $0 == $1 }
        return HeldShare(held: held, broken: before.count - held)
    }

    /// Every number that a perturbation must leave alone within a tolerance (in its unit).
    public static func invariance(before: [Double], after: [Double], tolerance: Double) throws(MetricError) -> HeldShare {
        guard before.count == after.count else { throw .lengths(expected: before.count, found: after.count, of: "after") }
        let held = zip(before, after).count { abs($0 - $1) <= tolerance }
        return HeldShare(held: held, broken: before.count - held)
    }

    /// Every number that a perturbation must raise (or lower); a change of at most `tolerance` is a tie.
    public static func direction(before: [Double], after: [Double], rises: Bool = true, tolerance: Double = 0) throws(MetricError)
        -> HeldShare
    {
        guard before.count == after.count else { throw .lengths(expected: before.count, found: after.count, of: "after") }
        for row in before.indices where !before[row].isFinite || !after[row].isFinite { throw .notFinite(row: row) }
        let changes = zip(before, after).map { rises ? $1 - $0 : $0 - $1 }
        return HeldShare(
            held: changes.count { $0 > tolerance }, tied: changes.count { abs($0) <= tolerance },
            broken: changes.count { $0 < -tolerance })
    }

    /// (held + tied / 2) / count, with Wilson's interval at that share.
    ///
    /// A tie's half has less spread than a coin's, so that the interval with ties covers at least at its level.
    public func estimate(level: Double = 0.95) -> Estimate {
        guard count > 0 else { return Estimate(value: 0, interval: nil, count: 0, method: "wilson") }
        let share = (Double(held) + Double(tied) / 2) / Double(count)
        return Estimate(
            value: share, interval: Proportion.wilson(share: share, trials: Double(count), level: level), count: count, method: "wilson")
    }

    /// The exact two-sided sign test of held against broken, ties left out (Dixon & Mood 1946).
    public var signTestPValue: Double { McNemarTest(onlyFirst: held, onlySecond: broken).exactPValue }
}
