import Statistics
import Testing

/// Expected numbers: scikit-learn 1.9.1 (metrics, macro averages), numpy for Brier and the calibration error.
@Suite("Metrics")
struct MetricTests {
    private let labels = [0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 1, 0]
    private let predictions = [0, 0, 1, 1, 0, 2, 1, 2, 0, 2, 1, 0]
    private let probabilities = [
        0.7, 0.2, 0.1, 0.6, 0.3, 0.1, 0.3, 0.5, 0.2, 0.1, 0.8, 0.1, 0.62, 0.2, 0.18, 0.1, 0.3, 0.6,
        0.05, 0.9, 0.05, 0.2, 0.2, 0.6, 0.5, 0.1, 0.4, 0.1, 0.2, 0.7, 0.3, 0.4, 0.3, 0.9, 0.05, 0.05,
    ]

    private func rows() throws -> ScoredRows {
        try ScoredRows(labels: labels, predictions: predictions, probabilities: probabilities, classes: 3)
    }

    @Test(
        "each metric agrees with scikit-learn and lies in its interval",
        arguments: [
            ("accuracy", 0.6666666666666666), ("balanced_accuracy", 0.6666666666666666), ("recall", 0.6666666666666666),
            ("precision", 0.6555555555555556),
            ("f1", 0.6551226551226551), ("f1_micro", 0.6666666666666666), ("log_loss", 0.747239177755194), ("brier", 0.4405666666666666),
            ("ece", 0.315),
        ] as [(String, Double)])
    func value(name: String, expected: Double) throws {
        // Three times over: losses have no interval below 30 rows.
        let thrice = try rows().picking((0..<36).map { $0 % 12 })
        let estimate = try Metric.named(name).measure(thrice, seed: 1)
        let interval = try #require(estimate.interval)

        #expect(isClose(estimate.value, expected, within: 1e-12))
        #expect(interval.lower <= expected && expected <= interval.upper)
        #expect(interval.width > 0 && estimate.count == 36)
    }

    @Test("errors of numbers agree with scikit-learn", arguments: [("mae", 0.425), ("rmse", 0.43301270189221935)] as [(String, Double)])
    func regression(name: String, expected: Double) throws {
        let rows = try ScoredRows(targets: [1, 2.5, 4, 3.3], values: [1.5, 2, 4.4, 3])

        #expect(isClose(try Metric.named(name).measure(rows, seed: 1).value, expected))
    }

    @Test("a slice of one label is measured by that label alone", arguments: ["recall", "balanced_accuracy", "accuracy"])
    func sliceByLabel(name: String) throws {
        let slice = try rows().picking(labels.indices.filter { labels[$0] == 2 })

        let estimate = try Metric.named(name).measure(slice)

        #expect(isClose(estimate.value, 2.0 / 3))
        #expect(estimate.interval == Proportion(successes: 2, trials: 3).wilson())
    }

    @Test("a perfect model is not certain", arguments: ["accuracy", "recall", "precision", "f1"])
    func perfect(name: String) throws {
        let perfect = try ScoredRows(labels: labels, predictions: labels, classes: 3)

        let estimate = try Metric.named(name).measure(perfect)
        let interval = try #require(estimate.interval)

        #expect(estimate.value == 1)
        #expect(interval.upper == 1 && interval.lower < 0.9)
    }

    @Test("losses have no interval on few rows, nor where all rows are alike", arguments: ["mae", "rmse", "pinball"])
    func fewRows(name: String) throws {
        func estimate(_ count: Int, error: (Int) -> Double) throws -> Estimate {
            let values = (0..<count).map(error)
            return try Metric.named(name).measure(ScoredRows(targets: values.map { _ in 0 }, values: values))
        }

        #expect(try estimate(29) { Double($0 % 3) }.interval == nil)
        #expect(try estimate(29) { Double($0 % 3) }.verdict(atMost: 100) == .inconclusive)
        #expect(try estimate(30) { Double($0 % 3) }.verdict(atMost: 100) == .pass)
        #expect(try estimate(500) { _ in 0 }.interval == nil)
    }

    @Test("one row of a class tells little of its ROC area, however many others there are")
    func onePositive() throws {
        func rows(_ positives: Int) throws -> ScoredRows {
            let labels = (0..<1_000 + positives).map { $0 < 1_000 ? 0 : 1 }
            // Each row of the class lies above 950 of the others.
            let scores = labels.indices.map { labels[$0] == 0 ? Double($0) / 1_000 : 0.9495 + Double($0) * 1e-9 }
            return try ScoredRows(
                labels: labels, predictions: labels, probabilities: scores.flatMap { [1 - $0, $0] }, classes: 2)
        }
        let metric = try Metric.named("roc_auc")
        let one = try metric.measure(rows(1))
        let three = try #require(try metric.measure(rows(3)).interval)

        #expect(abs(one.value - 0.95) < 0.001)
        #expect(one.verdict(atLeast: 0.9) == .inconclusive && (one.interval?.lower ?? 1) < 0.5)
        #expect(three.lower < 0.9)
        #expect(try metric.compare(champion: rows(1), candidate: rows(1)).difference.interval == nil)
    }

    @Test("the order of the rows does not matter")
    func invariance() throws {
        let rows = try rows()
        let reversed = try rows.picking(Array(labels.indices.reversed()))
        for name in Metric.names where !["mae", "pinball", "r2", "rmse"].contains(name) {
            let metric = try Metric.named(name)

            #expect(isClose(try metric.measure(rows).value, try metric.measure(reversed).value, within: 1e-12))
        }
    }

    @Test("per class, precision, recall and F1 have intervals")
    func classReports() throws {
        let reports = ClassReport.all(ConfusionMatrix(try rows()))

        #expect(reports.map(\.support) == [6, 3, 3])
        #expect(isClose(reports[0].recall.value, 4.0 / 6))
        #expect(isClose(reports[0].precision.value, 4.0 / 5))
        #expect(isClose(reports[0].f1.value, 8.0 / 11))
        #expect(reports.allSatisfy { $0.f1.interval?.contains($0.f1.value) == true })
    }

    @Test("matrices and calibration bins merge to those of all rows")
    func merge() throws {
        let rows = try rows()
        var matrix = ConfusionMatrix(try rows.picking([0, 2, 4, 6, 8, 10]))
        matrix.merge(ConfusionMatrix(try rows.picking([1, 3, 5, 7, 9, 11])))

        #expect(matrix == ConfusionMatrix(rows))
        #expect(matrix.total == 12 && matrix.correct == 8)
    }

    @Test("an unknown name lists the names there are")
    func unknownName() {
        #expect(throws: MetricError.unknown(name: "acuracy", known: Metric.names)) { try Metric.named("acuracy") }
    }

    @Test("rows that cannot be scored are refused with the reason")
    func refusals() throws {
        #expect(throws: MetricError.empty) { try ScoredRows(labels: [], predictions: [], classes: 2) }
        #expect(throws: MetricError.lengths(expected: 2, found: 1, of: "predictions")) {
            try ScoredRows(labels: [0, 1], predictions: [0], classes: 2)
        }
        #expect(throws: MetricError.classOutOfRange(row: 1, value: 2, classes: 2)) {
            try ScoredRows(labels: [0, 1], predictions: [0, 2], classes: 2)
        }
        #expect(throws: MetricError.invalidProbabilities(row: 1)) {
            try ScoredRows(labels: [0, 1], predictions: [0, 1], probabilities: [0.5, 0.5, 0.5, 0.6], classes: 2)
        }
        #expect(throws: MetricError.invalidProbabilities(row: 0)) {
            try ScoredRows(labels: [0], predictions: [0], probabilities: [.nan, 1], classes: 2)
        }
        let bare = try ScoredRows(labels: [0, 1], predictions: [0, 1], classes: 2)
        #expect(throws: MetricError.needs("probabilities", metric: "log_loss")) { try Metric.named("log_loss").measure(bare) }
        #expect(throws: MetricError.needs("numbers, not classes", metric: "mae")) { try Metric.named("mae").measure(bare) }
    }
}
