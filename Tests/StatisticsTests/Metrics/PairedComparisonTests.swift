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

    @Test(
        "models that agree on few rows may differ elsewhere, by any metric: no verdict within a small margin",
        arguments: [
            "accuracy", "recall", "precision", "f1", "recall[0]", "fpr", "selection_rate", "roc_auc", "pr_auc", "log_loss", "brier", "ece",
        ])
    func fewAlike(name: String) throws {
        let metric = try Metric.named(name)
        for rights in [[true, true], [false, false]] {
            for count in [2, 29] {
                let labels = (0..<count).map { $0 % 2 }
                let said = labels.indices.map { rights[$0 % 2] ? labels[$0] : 1 - labels[$0] }
                let rows = try ScoredRows(
                    labels: labels, predictions: said, probabilities: said.flatMap { $0 == 1 ? [0.1, 0.9] : [0.9, 0.1] }, classes: 2)

                #expect(try metric.compare(champion: rows, candidate: rows).noStepBack(within: 0.01) == .inconclusive)
            }
        }
    }

    @Test("rates of models that agree on many rows are no step back, and the difference is that of the rates")
    func ratesAlike() throws {
        let labels = (0..<900).map { $0 % 3 }
        let said = labels.indices.map { $0 % 10 == 0 ? (labels[$0] + 1) % 3 : labels[$0] }
        let better = labels.indices.map { $0 % 20 == 0 ? (labels[$0] + 1) % 3 : labels[$0] }
        let champion = try ScoredRows(labels: labels, predictions: said, classes: 3)
        let candidate = try ScoredRows(labels: labels, predictions: better, classes: 3)
        for name in ["recall", "precision", "f1", "recall[2]", "precision[1]", "fpr"] {
            let metric = try Metric.named(name)
            let same = try metric.compare(champion: champion, candidate: champion)
            let other = try metric.compare(champion: champion, candidate: candidate)

            #expect(same.difference.value == 0 && same.noStepBack(within: 0.02) == .pass, "\(name)")
            #expect(isClose(other.difference.value, try metric.measure(candidate).value - metric.measure(champion).value), "\(name)")
            #expect(other.noStepBack(within: 0) == .pass, "\(name)")
            #expect(try metric.compare(champion: candidate, candidate: champion).noStepBack(within: 0.001) == .fail, "\(name)")
        }
    }

    @Test("models scored on other rows are not compared")
    func otherRows() throws {
        let first = try ScoredRows(labels: [0, 1], predictions: [0, 1], classes: 2)
        let second = try ScoredRows(labels: [1, 1], predictions: [0, 1], classes: 2)

        #expect(throws: MetricError.differentRows) { try Metric.named("accuracy").compare(champion: first, candidate: second) }
    }
}
