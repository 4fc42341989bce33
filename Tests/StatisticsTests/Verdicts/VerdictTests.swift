import Statistics
import Testing

@Suite("Shares of seeds and of expectations that hold")
struct VerdictTests {
    @Test("some seeds pass and some fail: flaky, with the share and its interval")
    func flaky() {
        let runs = SeedRuns([.pass, .pass, .fail, .pass, .inconclusive])

        #expect(runs.isFlaky)
        #expect(runs.estimate().value == 0.6 && runs.estimate().count == 5)
        #expect(runs.estimate().interval == Proportion(successes: 3, trials: 5).wilson())
        #expect(!SeedRuns([.pass, .pass]).isFlaky && !SeedRuns([.fail, .inconclusive]).isFlaky)
    }

    @Test("few seeds decide nothing; enough that all pass do, and many that fail do too")
    func verdict() throws {
        let least = try #require(SeedRuns.leastSeeds(requiring: 0.8))

        #expect(SeedRuns([Verdict](repeating: .pass, count: 5)).verdict(requiring: 0.8) == .inconclusive)
        #expect(SeedRuns([Verdict](repeating: .pass, count: least)).verdict(requiring: 0.8) == .pass)
        #expect(SeedRuns([Verdict](repeating: .pass, count: least - 1)).verdict(requiring: 0.8) == .inconclusive)
        #expect(SeedRuns([Verdict](repeating: .fail, count: 10)).verdict(requiring: 0.8) == .fail)
        #expect(SeedRuns.leastSeeds(requiring: 1) == nil && SeedRuns([]).verdict(requiring: 0.5) == .inconclusive)
    }

    @Test("the sign test agrees with scipy")
    func signTest() throws {
        for given in try MetricVectors.read().signTests {
            let share = HeldShare(held: given.held, tied: 7, broken: given.broken)

            #expect(isClose(share.signTestPValue, given.pValue))
        }
    }

    @Test("a tie counts half")
    func ties() {
        #expect(HeldShare(held: 6, tied: 4, broken: 2).estimate().value == 8.0 / 12)
        #expect(HeldShare(held: 6, broken: 2).estimate() == Proportion(successes: 6, trials: 8).estimate())
        #expect(HeldShare(held: 0, broken: 0).estimate().interval == nil)
    }

    @Test("relations are judged by row: unchanged classes, numbers within a tolerance, numbers that must move one way")
    func relations() throws {
        #expect(try HeldShare.invariance(before: [1, 2, 3], after: [1, 0, 3]) == HeldShare(held: 2, broken: 1))
        #expect(
            try HeldShare.invariance(before: [1, 2, 3], after: [1.05, 2.5, .nan], tolerance: 0.1) == HeldShare(held: 1, broken: 2))
        #expect(try HeldShare.direction(before: [1, 2, 3], after: [2, 2, 1]) == HeldShare(held: 1, tied: 1, broken: 1))
        #expect(
            try HeldShare.direction(before: [1, 2, 3], after: [2, 2, 1], rises: false) == HeldShare(held: 1, tied: 1, broken: 1))
        #expect(throws: MetricError.lengths(expected: 2, found: 1, of: "after")) {
            try HeldShare.direction(before: [1, 2], after: [1])
        }
    }
}
