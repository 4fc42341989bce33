import Foundation
import Statistics
import Testing

/// A 95 % interval covers the true value 93 to 97 % of the time; seeds are fixed.
@Suite("Coverage")
struct CoverageTests {
    private func coverage(_ trials: Int, of truth: Double, _ interval: (inout SeededGenerator) throws -> ConfidenceInterval?) rethrows
        -> Double
    {
        var generator = SeededGenerator(seed: 2_026)
        var covered = 0
        for _ in 0..<trials where try interval(&generator)?.contains(truth) == true { covered += 1 }
        return Double(covered) / Double(trials)
    }

    private let nominal = 0.93...0.97

    /// Two classes with normal scores one deviation apart, as probabilities.
    private func scored(_ count: Int, positives: Int, shift: Double, _ generator: inout SeededGenerator) throws -> ScoredRows {
        let labels = (0..<count).map { $0 < positives ? 1 : 0 }
        let scores = labels.map { NormalDistribution().cumulative(generator.normal() + ($0 == 1 ? shift : 0)) }
        return try ScoredRows(
            labels: labels, predictions: scores.map { $0 > 0.5 ? 1 : 0 }, probabilities: scores.flatMap { [1 - $0, $0] }, classes: 2)
    }

    @Test("Wilson's interval of a share", arguments: [0.5, 0.85])
    func wilson(truth: Double) {
        let share = coverage(3_000, of: truth) { generator in
            Proportion(successes: generator.binomial(trials: 60, probability: truth), trials: 60).wilson()
        }

        #expect(nominal.contains(share), "\(share)")
    }

    @Test("Newcombe's interval of a difference")
    func newcombe() {
        let share = coverage(3_000, of: 0.2) { generator in
            let first = Proportion(successes: generator.binomial(trials: 80, probability: 0.6), trials: 80)
            return first.difference(to: Proportion(successes: generator.binomial(trials: 50, probability: 0.8), trials: 50)).interval
        }

        #expect(nominal.contains(share), "\(share)")
    }

    @Test("Bonett and Price's interval of a paired difference")
    func paired() {
        let share = coverage(3_000, of: 0.05) { generator in
            var cells = [0, 0, 0]
            generator.multinomial(trials: 150, weights: [10, 15, 75], into: &cells)
            return PairedProportions(onlyFirst: cells[0], onlySecond: cells[1], total: 150).estimate().interval
        }

        #expect(nominal.contains(share), "\(share)")
    }

    @Test("BCa of a mean absolute error, resampled by row")
    func bootstrapRows() {
        // 2,000 trials: with 500 the share itself has a deviation of 1 %. numpy's BCa covers 94.3 % here.
        let share = coverage(2_000, of: (2 / Double.pi).squareRoot()) { generator in
            let losses = (0..<150).map { _ in abs(generator.normal()) }
            return Bootstrap(seed: generator.next(), replicates: 250).bca(columns: [losses]) { $0[0] / $1 }?.interval
        }

        #expect(nominal.contains(share), "\(share)")
    }

    @Test("on the fewest rows that a loss has an interval from, BCa is near its level, and on a few rows it is not")
    func fewestRows() {
        func share(_ count: Int) -> Double {
            coverage(1_000, of: 1) { generator in
                let losses = (0..<count).map { _ in generator.exponential() }
                return Bootstrap(seed: generator.next(), replicates: 250).bca(columns: [losses]) { $0[0] / $1 }?.interval
            }
        }

        #expect(share(Bootstrap.fewestRows) >= 0.9)
        #expect(share(5) < 0.83)
    }

    @Test("the difference of two models' rates on few rows covers at least at its level", arguments: ["recall", "precision", "f1[1]"])
    func pairedRates(name: String) throws {
        // Right on 0.8 and 0.9 of both classes, so that a model's precision and F1 of either are those shares as well.
        let metric = try Metric.named(name)
        let share = try coverage(600, of: 0.1) { generator in
            let labels = (0..<60).map { $0 % 2 }
            func said(_ right: Double) -> [Int] { labels.map { generator.uniform() < right ? $0 : 1 - $0 } }
            let champion = try ScoredRows(labels: labels, predictions: said(0.8), classes: 2)
            return try metric.compare(champion: champion, candidate: ScoredRows(labels: labels, predictions: said(0.9), classes: 2))
                .difference.interval
        }

        #expect(share >= 0.93, "\(share)")
    }

    @Test("BCa of a mean has the ends that scipy's has")
    func scipy() throws {
        // Absolute normal scores of 60 even quantiles; scipy.stats.bootstrap, 100,000 resamples.
        let losses = (0..<60).map { NormalDistribution().quantile(0.5 + (Double($0) + 0.5) / 120) }
        let estimate = try #require(Bootstrap(seed: 1, replicates: 20_000).bca(columns: [losses]) { $0[0] / $1 })
        let interval = try #require(estimate.interval)

        #expect(abs(interval.lower - 0.658239) < 0.005 && abs(interval.upper - 0.961520) < 0.005)
    }

    @Test("BCa of F1, resampled by count")
    func bootstrapCounts() {
        // 0.24 hits, 0.12 misses or false alarms: F1 = 0.48 / 0.60.
        let share = coverage(800, of: 0.8) { generator in
            var cells = [0, 0, 0]
            generator.multinomial(trials: 300, weights: [24, 12, 64], into: &cells)
            return Bootstrap(seed: generator.next(), replicates: 300)
                .bca(counts: cells) { 2 * Double($0[0]) / Double(2 * $0[0] + $0[1]) }?.interval
        }

        #expect(nominal.contains(share), "\(share)")
    }

    @Test("DeLong's interval of the ROC area")
    func deLong() throws {
        let truth = NormalDistribution().cumulative(1 / 2.0.squareRoot())
        let metric = try Metric.named("roc_auc")
        let share = try coverage(600, of: truth) { generator in
            try metric.measure(scored(120, positives: 50, shift: 1, &generator)).interval
        }

        #expect(nominal.contains(share), "\(share)")
    }

    @Test("the interval of the precision-recall area")
    func precisionRecall() throws {
        // Average precision of normal scores, by the trapezium rule over thresholds.
        let normal = NormalDistribution()
        let step = 0.001
        let truth = stride(from: -6.0, through: 8, by: step).reduce(0) { sum, threshold in
            let hits = 0.3 * normal.upperTail(threshold - 1.5)
            let density = exp(-(threshold - 1.5) * (threshold - 1.5) / 2) / (2 * Double.pi).squareRoot()
            return sum + density * step * hits / (hits + 0.7 * normal.upperTail(threshold))
        }
        let metric = try Metric.named("pr_auc")
        let share = try coverage(400, of: truth) { generator in
            let positives = generator.binomial(trials: 300, probability: 0.3)
            return try metric.measure(scored(300, positives: positives, shift: 1.5, &generator)).interval
        }

        #expect(nominal.contains(share), "\(share)")
    }

    /// Three classes, half, three and two tenths of the rows, with softmax of normal scores 1.6 higher for the truth.
    private func classified(_ count: Int, _ generator: inout SeededGenerator) throws -> ScoredRows {
        var labels: [Int] = []
        var predictions: [Int] = []
        var probabilities: [Double] = []
        for _ in 0..<count {
            let draw = generator.uniform()
            let truth = draw < 0.5 ? 0 : draw < 0.8 ? 1 : 2
            var scores = (0..<3).map { _ in generator.normal() }
            scores[truth] += 1.6
            let weights = scores.map { exp($0) }
            labels.append(truth)
            predictions.append(scores.firstIndex(of: scores.max() ?? 0) ?? 0)
            probabilities += weights.map { $0 / weights.reduce(0, +) }
        }
        return try ScoredRows(labels: labels, predictions: predictions, probabilities: probabilities, classes: 3)
    }

    /// True values from 400,000 rows.
    @Test(
        "rates, averages and areas by name, on 150 rows of three classes",
        arguments: [
            ("balanced_accuracy", 0.78819), ("precision", 0.76442), ("recall[2]", 0.78901), ("precision[1]", 0.76164),
            ("f1[1]", 0.77412), ("fpr", 0.10595), ("selection_rate", 0.31079), ("roc_auc[2]", 0.92748), ("pr_auc[2]", 0.79860),
        ])
    func byName(name: String, truth: Double) throws {
        let metric = try Metric.named(name)
        let share = try coverage(1_500, of: truth) { try metric.measure(classified(150, &$0)).interval }

        #expect(nominal.contains(share), "\(share)")
    }

    @Test("R2 of normal errors, and NDCG over queries")
    func resampled() throws {
        let (determination, gain) = (try Metric.named("r2"), try RankingMetric.named("ndcg@5"))
        let numbers = try coverage(600, of: 1 - 0.49 / 1.49) { generator in
            let values = (0..<200).map { _ in generator.normal() }
            let rows = try ScoredRows(targets: values.map { $0 + 0.7 * generator.normal() }, values: values)
            return try determination.measure(rows, seed: generator.next()).interval
        }
        let rankings = try coverage(600, of: 0.69763) { generator in
            let queries = try (0..<80).map { _ in
                let relevances = (0..<10).map { _ in generator.uniform() < 0.3 ? 1.0 : 0 }
                return try RankedQuery(scores: relevances.map { $0 + generator.normal() }, relevances: relevances)
            }
            return try gain.measure(RankedRows(queries), seed: generator.next()).interval
        }

        #expect(nominal.contains(numbers), "\(numbers)")
        #expect(nominal.contains(rankings), "\(rankings)")
    }

    @Test("accuracy under known label noise, by inverting its matrix")
    func noiseInversion() throws {
        let noise = try LabelNoise(matrix: [0.85, 0.15, 0.2, 0.8], classes: 2)
        // Right on 90 % of class 0 (60 % of rows) and 70 % of class 1.
        let share = coverage(1_000, of: 0.82) { generator in
            var matrix = ConfusionMatrix(classes: 2)
            for _ in 0..<300 {
                let truth = generator.uniform() < 0.6 ? 0 : 1
                let prediction = generator.uniform() < (truth == 0 ? 0.9 : 0.7) ? truth : 1 - truth
                let label = generator.uniform() < (truth == 0 ? 0.85 : 0.8) ? truth : 1 - truth
                matrix.add(label: label, prediction: prediction)
            }
            return noise.accuracy(matrix).interval
        }

        #expect(nominal.contains(share), "\(share)")
    }

    @Test(
        "rates under uncertain labels, where those of the labels as given do not",
        arguments: [("accuracy", 0.8), ("recall[1]", 0.7), ("precision[1]", 0.7 / 0.8), ("f1[1]", 1.4 / 1.8), ("balanced_accuracy", 0.8)])
    func uncertainLabels(name: String, truth: Double) throws {
        let metric = try Metric.named(name)
        var asGiven = 0
        let share = try coverage(1_000, of: truth) { generator in
            let truths = (0..<300).map { _ in generator.index(below: 2) }
            let predictions = truths.map { generator.uniform() < [0.9, 0.7][$0] ? $0 : 1 - $0 }
            let confidences = truths.map { _ in [1, 0.95, 0.8][generator.index(below: 3)] }
            let labels = zip(truths, confidences).map { generator.uniform() < $1 ? $0 : 1 - $0 }
            let rows = try ScoredRows(labels: labels, predictions: predictions, classes: 2)
            asGiven += try metric.measure(rows).interval?.contains(truth) == true ? 1 : 0
            return try metric.measure(UncertainLabels(rows, confidences: confidences))?.interval
        }

        #expect(nominal.contains(share), "\(share)")
        #expect(asGiven < 900)
    }

    @Test("a paired difference under uncertain labels")
    func uncertainPairs() throws {
        let metric = try Metric.named("accuracy")
        let share = try coverage(1_000, of: 0.02) { generator in
            let truths = (0..<300).map { _ in generator.index(below: 3) }
            let before = truths.map { generator.uniform() < 0.8 ? $0 : ($0 + 1) % 3 }
            // 5 % of the right ones are lost, 30 % of the wrong ones won.
            let after = zip(truths, before).map {
                $0 == $1 ? (generator.uniform() < 0.95 ? $0 : ($0 + 2) % 3) : (generator.uniform() < 0.3 ? $0 : $1)
            }
            let confidences = truths.map { _ in [1, 0.95, 0.8][generator.index(below: 3)] }
            let labels = zip(truths, confidences).map { generator.uniform() < $1 ? $0 : ($0 + 1 + generator.index(below: 2)) % 3 }
            func uncertain(_ said: [Int]) throws -> UncertainLabels {
                try UncertainLabels(ScoredRows(labels: labels, predictions: said, classes: 3), confidences: confidences)
            }
            return try metric.compare(champion: uncertain(before), candidate: uncertain(after))?.difference.interval
        }

        #expect(nominal.contains(share), "\(share)")
    }

    @Test("the largest difference between two groups; between three it covers at least at its level", arguments: [2, 3])
    func fairness(groups: Int) throws {
        let metric = try Metric.named("accuracy")
        let rates = [0.6, 0.85, 0.75]
        let names = (0..<180).map { "\($0 % groups)" }
        let share = try coverage(400, of: 0.25) { generator in
            let predictions = (0..<180).map { generator.uniform() < rates[$0 % groups] ? 0 : 1 }
            let rows = try ScoredRows(labels: [Int](repeating: 0, count: 180), predictions: predictions, classes: 2)
            return try FairnessReport(metric, rows, groups: names).difference.interval
        }

        #expect(share >= 0.93 && share <= (groups == 2 ? 0.97 : 1), "\(share)")
    }
}
