import Statistics
import Testing

@Suite("Label noise")
struct LabelNoiseTests {
    @Test("inverting the noise matrix agrees with numpy")
    func inversion() throws {
        let given = try MetricVectors.read().noise
        let noise = try LabelNoise(matrix: given.matrix, classes: 3)
        var observed = ConfusionMatrix(classes: 3)
        for (cell, count) in given.observed.enumerated() {
            for _ in 0..<count { observed.add(label: cell / 3, prediction: cell % 3) }
        }

        #expect(isClose(noise.accuracy(observed).value, given.accuracy))
        for label in 0..<3 {
            #expect(isClose(noise.recall(observed, of: label).value, given.recall[label]))
            #expect(isClose(noise.precision(observed, of: label).value, given.precision[label]))
        }
        let width = try #require(noise.accuracy(observed).interval?.width)
        let clean = try #require(observed.accuracy.estimate().interval?.width)
        #expect(width > clean)
    }

    @Test("labels without noise give the ordinary accuracy")
    func identity() throws {
        let noise = try LabelNoise(matrix: [1, 0, 0, 1], classes: 2)
        var observed = ConfusionMatrix(classes: 2)
        for row in 0..<50 { observed.add(label: row % 2, prediction: row % 5 == 0 ? 0 : row % 2) }

        #expect(isClose(noise.accuracy(observed).value, observed.accuracy.value))
        #expect(isClose(noise.recall(observed, of: 1).value, observed.recall(1).value))
    }

    @Test("a matrix whose labels tell nothing is refused")
    func singular() {
        #expect(throws: MetricError.self) { try LabelNoise(matrix: [0.5, 0.5, 0.5, 0.5], classes: 2) }
        #expect(throws: MetricError.invalidProbabilities(row: 1)) { try LabelNoise(matrix: [1, 0, 0.5, 0.9], classes: 2) }
    }

    @Test("certain labels give the ordinary rates and Wilson's interval")
    func certain() throws {
        let rows = try ScoredRows(labels: [0, 0, 1, 1, 1, 0, 1, 0], predictions: [0, 1, 1, 1, 0, 0, 1, 0], classes: 2)
        let labels = try UncertainLabels(rows, confidences: rows.labels.map { _ in 1 })

        for name in ["accuracy", "recall[1]", "precision[1]", "fpr", "selection_rate"] {
            let metric = try Metric.named(name)
            let found = try #require(try metric.measure(labels))
            let expected = try metric.measure(rows)
            let (one, other) = (try #require(found.interval), try #require(expected.interval))

            #expect(isClose(found.value, expected.value), "\(name)")
            #expect(isClose(one.lower, other.lower) && isClose(one.upper, other.upper), "\(name)")
        }
        #expect(isClose(try #require(try Metric.named("f1").measure(labels)).value, try Metric.named("f1").measure(rows).value))
    }

    @Test("one confidence for all rows is the inversion of its matrix")
    func oneConfidence() throws {
        var generator = SeededGenerator(seed: 9)
        let labels = (0..<200).map { _ in generator.index(below: 3) }
        let predictions = labels.map { generator.uniform() < 0.7 ? $0 : generator.index(below: 3) }
        let rows = try ScoredRows(labels: labels, predictions: predictions, classes: 3)
        let noise = try LabelNoise(matrix: [0.8, 0.1, 0.1, 0.1, 0.8, 0.1, 0.1, 0.1, 0.8], classes: 3)
        let uncertain = try UncertainLabels(rows, confidences: labels.map { _ in 0.8 })

        let accuracy = try #require(try Metric.named("accuracy").measure(uncertain))
        let recall = try #require(try Metric.named("recall[2]").measure(uncertain))

        #expect(isClose(accuracy.value, noise.accuracy(ConfusionMatrix(rows)).value))
        #expect(isClose(recall.value, noise.recall(ConfusionMatrix(rows), of: 2).value))
    }

    @Test("less certain labels widen the interval, say nothing near chance, and leave other metrics alone")
    func wider() throws {
        var generator = SeededGenerator(seed: 10)
        let truths = (0..<400).map { _ in generator.index(below: 2) }
        func width(_ confidence: Double) throws -> Double {
            let labels = truths.map { generator.uniform() < confidence ? $0 : 1 - $0 }
            let rows = try ScoredRows(labels: labels, predictions: truths, classes: 2)
            let found = try Metric.named("accuracy").measure(UncertainLabels(rows, confidences: labels.map { _ in confidence }))
            return try #require(found?.interval).width
        }
        let rows = try ScoredRows(labels: [0, 1], predictions: [0, 1], probabilities: [1, 0, 0, 1], classes: 2)

        #expect(try width(0.7) > width(0.9))
        #expect(try width(0.9) > width(1))
        #expect(try UncertainLabels(rows, confidences: [0.5, 1]).leftOut == 1)
        #expect(throws: MetricError.self) { try UncertainLabels(rows, confidences: [0.5, 0.5]) }
        #expect(throws: MetricError.invalidProbabilities(row: 1)) { try UncertainLabels(rows, confidences: [1, 1.5]) }
        #expect(try Metric.named("roc_auc").measure(UncertainLabels(rows, confidences: [1, 1])) == nil)
    }

    @Test("a step back shows where labels are better than their confidence, and both corrected rates are shown as 1")
    func stepBack() throws {
        let labels = (0..<6_000).map { $0 % 2 }
        func uncertain(wrong: Int) throws -> UncertainLabels {
            let said = labels.indices.map { $0 % 1_000 < wrong ? 1 - labels[$0] : labels[$0] }
            return try UncertainLabels(
                ScoredRows(labels: labels, predictions: said, classes: 2), confidences: labels.map { _ in 0.8 })
        }
        let found = try #require(
            try Metric.named("accuracy").compare(champion: uncertain(wrong: 86), candidate: uncertain(wrong: 122)))

        #expect(found.champion == 1 && found.candidate == 1)
        // Agreement falls by 0.036, of which a label that is right with 0.8 shows 0.6.
        #expect(isClose(found.difference.value, -0.06))
        #expect(found.noStepBack(within: 0.03) == .fail)
    }

    @Test("losses are those of the true labels, on average over the labels' errors")
    func losses() throws {
        let chances = [0.7, 0.2, 0.1]
        for name in ["log_loss", "brier"] {
            let metric = try Metric.named(name)
            func loss(label: Int, _ confidence: Double) throws -> Double {
                let rows = try ScoredRows(labels: [label], predictions: [0], probabilities: chances, classes: 3)
                return try #require(try metric.measure(UncertainLabels(rows, confidences: [confidence]))).value
            }
            // The truth is 0, labelled so with 0.8 and as each other class with 0.1; a loss below 0 is shown as 0.
            let seen = try [0, 1, 2].map { try loss(label: $0, 0.8) }
            let truth = try loss(label: 0, 1)
            let unclipped = 0.8 * (truth - 0.1 / 0.7 * (try loss(label: 1, 1) + loss(label: 2, 1) - 2 * truth))
            let other = 0.1 * (seen[1] + seen[2])

            #expect(isClose(unclipped + other, truth), "\(name)")
            #expect(seen[0] <= truth && seen[1] >= truth)
        }
    }

    @Test("a metric is named with a class, with a cut-off, or with neither")
    func choice() throws {
        #expect(try MetricChoice("recall", class: 2) == .scored(Metric.named("recall[2]")))
        #expect(try MetricChoice("precision", at: 10) == .ranked(RankingMetric.named("precision@10")))
        #expect(try MetricChoice("precision") == .scored(Metric.named("precision")))
        #expect(try MetricChoice("ndcg") == .ranked(RankingMetric.named("ndcg")))
        #expect(throws: MetricError.self) { try MetricChoice("accuracy", class: 0) }
        #expect(throws: MetricError.self) { try MetricChoice("accuracy", at: 5) }
        #expect(throws: MetricError.unknown(name: "beauty", known: MetricChoice.names)) { try MetricChoice("beauty") }
        #expect(MetricChoice.names.contains("ndcg") && MetricChoice.names.contains("f1"))
    }
}
