import Statistics
import Testing

@Suite("Paired comparison")
struct PairedComparisonTests {
    /// Rows on which a model is right where `right` says so.
    private func rows(_ right: [Bool]) throws -> ScoredRows {
        try ScoredRows(labels: right.map { _ in 0 }, predictions: right.map { $0 ? 0 : 1 }, classes: 2)
    }

    @Test(
        "McNemar's exact p-value agrees with statsmodels",
        arguments: [
            (6, 16, 0.052478790283203125), (0, 7, 0.015625), (4, 4, 1),
        ] as [(Int, Int, Double)])
    func mcNemar(onlyFirst: Int, onlySecond: Int, expected: Double) {
        let test = McNemarTest(onlyFirst: onlyFirst, onlySecond: onlySecond)

        #expect(isClose(test.exactPValue, expected))
        #expect(test.midPValue <= test.exactPValue)
        #expect(test.exactPValue == McNemarTest(onlyFirst: onlySecond, onlySecond: onlyFirst).exactPValue)
    }

    @Test("the interval of a paired difference follows the formula of Bonett and Price")
    func bonettPrice() throws {
        let estimate = PairedProportions(onlyFirst: 6, onlySecond: 16, total: 100).estimate()
        let interval = try #require(estimate.interval)

        // (17 - 7) / 102 -+ 1.959964 * sqrt((24 / 102 - (10 / 102)^2) / 102)
        #expect(isClose(estimate.value, 0.1))
        #expect(isClose(interval.lower, 0.0058464423, within: 1e-8))
        #expect(isClose(interval.upper, 0.190231989, within: 1e-8))
    }

    @Test("a model compared with itself is no step back within a margin, given enough rows")
    func identical() throws {
        let same = try rows((0..<400).map { $0 % 10 != 0 })

        let comparison = try Metric.named("accuracy").compare(champion: same, candidate: same)

        #expect(comparison.difference.value == 0)
        #expect(comparison.pValue == 1)
        #expect(comparison.noStepBack(within: 0.02) == .pass)
        #expect(comparison.noStepBack(within: 0.001) == .inconclusive)
    }

    @Test("a clearly worse candidate fails and the other way round passes")
    func worse() throws {
        let good = try rows((0..<400).map { $0 % 10 != 0 })
        let bad = try rows((0..<400).map { $0 % 4 != 0 })
        let metric = try Metric.named("accuracy")

        #expect(try metric.compare(champion: good, candidate: bad).noStepBack(within: 0.02) == .fail)
        #expect(try metric.compare(champion: bad, candidate: good).noStepBack(within: 0.02) == .pass)
    }

    @Test("swapping the models mirrors the interval")
    func mirrored() throws {
        let first = try rows((0..<90).map { $0 % 7 != 0 })
        let second = try rows((0..<90).map { $0 % 5 != 0 })
        let metric = try Metric.named("accuracy")

        let there = try #require(metric.compare(champion: first, candidate: second).difference.interval)
        let back = try #require(metric.compare(champion: second, candidate: first).difference.interval)

        #expect(isClose(there.lower, -back.upper))
        #expect(isClose(there.upper, -back.lower))
    }

    @Test("pairing narrows the interval of correlated models, for a resampled metric too")
    func pairedBootstrap() throws {
        var generator = SeededGenerator(seed: 9)
        let targets = (0..<120).map { _ in generator.normal() }
        let noise = targets.map { _ in generator.normal() }
        let champion = try ScoredRows(targets: targets, values: zip(targets, noise).map { $0 + $1 })
        let candidate = try ScoredRows(targets: targets, values: zip(targets, noise).map { $0 + 1.02 * $1 })
        let metric = try Metric.named("rmse")

        let comparison = try metric.compare(champion: champion, candidate: candidate, seed: 1)
        let paired = try #require(comparison.difference.interval)
        let alone = try #require(metric.measure(champion, seed: 1).interval)

        #expect(paired.width < alone.width / 5)
        #expect(comparison.noStepBack(within: 0.1) == .pass)
        #expect(comparison.noStepBack(within: 0.001) == .fail)
    }

    @Test("models scored on other rows are not compared")
    func otherRows() throws {
        let first = try ScoredRows(labels: [0, 1], predictions: [0, 1], classes: 2)
        let second = try ScoredRows(labels: [1, 1], predictions: [0, 1], classes: 2)

        #expect(throws: MetricError.differentRows) { try Metric.named("accuracy").compare(champion: first, candidate: second) }
    }
}
