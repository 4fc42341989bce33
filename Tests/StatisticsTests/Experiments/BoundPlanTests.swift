import Statistics
import Testing

@Suite("Power of a suite")
struct BoundPlanTests {
    private let plan = BoundPlan()

    /// How often 600 simulated samples are decided the right way.
    private func power(_ decides: (inout SeededGenerator) -> Bool) -> Double {
        var generator = SeededGenerator(seed: 11)
        return Double((0..<600).count { _ in decides(&generator) }) / 600
    }

    @Test("rows for a share decide it 80 % of the time, above and below the bound", arguments: [0.05, -0.06])
    func proportion(distance: Double) throws {
        let rows = try #require(plan.rows(.proportion(bound: 0.9), distance: distance))

        let decided = power { generator in
            let hits = generator.binomial(trials: rows, probability: 0.9 + distance)
            return Proportion(successes: hits, trials: rows).estimate().verdict(atLeast: 0.9) == (distance > 0 ? .pass : .fail)
        }

        #expect(abs(decided - 0.8) < 0.06, "\(decided)")
        #expect(distance < 0 || rows == SampleSize().rows(forProportion: 0.95, toClear: 0.9))
    }

    @Test("rows for a mean decide it 80 % of the time")
    func mean() throws {
        let rows = try #require(plan.rows(.mean(standardDeviation: 2), distance: 0.5))

        let decided = power { generator in
            let moments = Moments((0..<rows).map { _ in 2 * generator.normal() + 0.5 })
            return moments.mean - 1.96 * moments.standardDeviation / Double(rows).squareRoot() >= 0
        }

        #expect(abs(decided - 0.8) < 0.06, "\(decided)")
    }

    @Test("rows for a paired difference decide it 80 % of the time")
    func paired() throws {
        let kind = BoundKind.pairedAccuracy(discordance: 0.1, bound: -0.02)
        let rows = try #require(plan.rows(kind, distance: 0.03))

        // The candidate is better by 0.01: right alone on 5.5 %, wrong alone on 4.5 %.
        let decided = power { generator in
            var cells = [0, 0, 0]
            generator.multinomial(trials: rows, weights: [45, 55, 900], into: &cells)
            let pair = PairedProportions(onlyFirst: cells[0], onlySecond: cells[1], total: rows)
            return pair.estimate().verdict(atLeast: -0.02) == .pass
        }

        #expect(abs(decided - 0.8) < 0.06, "\(decided)")
    }

    @Test("rows for a difference between groups decide it 80 % of the time")
    func groups() throws {
        let rows = try #require(plan.rows(.groups(values: [0.9, 0.7], shares: [0.8, 0.2]), distance: 0.1))

        let decided = power { generator in
            let few = rows / 5
            let first = Proportion(successes: generator.binomial(trials: rows - few, probability: 0.9), trials: rows - few)
            let second = Proportion(successes: generator.binomial(trials: few, probability: 0.7), trials: few)
            return second.difference(to: first).verdict(atMost: 0.1) == .fail
        }

        #expect(abs(decided - 0.8) < 0.06, "\(decided)")
    }

    @Test("more groups and smaller ones need more rows")
    func moreGroups() throws {
        let two = try #require(plan.rows(.groups(values: [0.8, 0.8], shares: [0.5, 0.5]), distance: 0.1))
        let three = try #require(plan.rows(.groups(values: [0.8, 0.8, 0.8], shares: [0.4, 0.4, 0.2]), distance: 0.1))

        #expect(three > two * 3 / 2)
        #expect(plan.rows(.groups(values: [0.8], shares: [1]), distance: 0.1) == nil)
    }

    @Test(
        "the smallest distance at these rows needs these rows",
        arguments: [
            .proportion(bound: 0.9), .mean(standardDeviation: 3), .pairedAccuracy(discordance: 0.1, bound: -0.02),
            .groups(values: [0.9, 0.8], shares: [0.5, 0.5]), .groupMeans(standardDeviations: [1, 2], shares: [0.5, 0.5]),
        ] as [BoundKind])
    func inverse(kind: BoundKind) throws {
        let above = try #require(plan.smallestDistance(kind, rows: 1_000))
        let below = try #require(plan.smallestDistance(kind, rows: 1_000, isAbove: false))

        #expect(above > 0 && below < 0)
        let rows = try #require(plan.rows(kind, distance: above))
        #expect(rows <= 1_000 && rows > 990)
        #expect(try #require(plan.rows(kind, distance: below)) <= 1_000)
    }

    @Test("what cannot be decided has no number")
    func impossible() {
        #expect(plan.rows(.proportion(bound: 0.9), distance: 0) == nil)
        #expect(plan.rows(.proportion(bound: 0.9), distance: 0.2) == nil)
        #expect(plan.smallestDistance(.proportion(bound: 0.99), rows: 20) == nil)
        #expect(plan.rows(.mean(standardDeviation: 0), distance: 1) == nil)
        #expect(plan.rows(.mean(standardDeviation: 1), distance: 1e-9) == nil)
    }

    @Test("the deviation of a row is read back from an interval")
    func deviation() throws {
        let estimate = Estimate(
            value: 1, interval: ConfidenceInterval(lower: 1 - 0.1959963984540054, upper: 1 + 0.1959963984540054, level: 0.95),
            count: 400, method: "bootstrap-bca")

        #expect(isClose(try #require(BoundPlan.standardDeviation(of: estimate)), 2))
    }
}
