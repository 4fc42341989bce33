import Foundation
import Statistics
import Testing

/// Expected numbers: Vectors/make_vectors.py (scikit-learn 1.9.1, fairlearn 0.15.0, numpy 2.4.6).
@Suite("Metrics against scikit-learn and fairlearn")
struct MetricVectorTests {
    private func rows(_ given: MetricVectors.Binary) throws -> ScoredRows {
        try ScoredRows(labels: given.labels, predictions: given.predictions, probabilities: given.probabilities, classes: 2)
    }

    @Test("areas and rates of two classes agree and lie in their intervals, with and without ties")
    func binary() throws {
        for given in try MetricVectors.read().binary {
            for (name, expected) in given.values {
                let estimate = try Metric.named(name).measure(rows(given))
                let interval = try #require(estimate.interval)

                #expect(isClose(estimate.value, expected, within: 1e-9), "\(name)")
                #expect(interval.contains(expected) && interval.width > 0, "\(name)")
            }
        }
    }

    @Test("DeLong's interval, alone and paired, agrees with the variance over all pairs")
    func deLong() throws {
        for given in try MetricVectors.read().binary {
            let metric = try Metric.named("roc_auc")
            let other = try ScoredRows(
                labels: given.labels, predictions: given.predictions, probabilities: given.other.flatMap { [1 - $0, $0] }, classes: 2)

            let estimate = try metric.measure(rows(given))
            let alone = try #require(estimate.interval)
            let difference = try #require(metric.compare(champion: rows(given), candidate: other).difference.interval)

            // The same error, carried to the logit scale: lower is value - z x error.
            let centre = log(estimate.value / (1 - estimate.value))
            let half = (estimate.value - given.lower) / (estimate.value * (1 - estimate.value))
            #expect(isClose(alone.lower, 1 / (1 + exp(half - centre))) && isClose(alone.upper, 1 / (1 + exp(-half - centre))))
            #expect(isClose(difference.lower, given.differenceLower) && isClose(difference.upper, given.differenceUpper))
        }
    }

    @Test("areas of several classes are the mean of each against the rest; one class is asked for in brackets")
    func classes() throws {
        let given = try MetricVectors.read().classes
        let rows = try ScoredRows(
            labels: given.labels, predictions: given.predictions, probabilities: given.probabilities, classes: 4)

        for (name, expected) in given.values {
            #expect(isClose(try Metric.named(name).measure(rows).value, expected, within: 1e-9), "\(name)")
        }
        #expect(throws: MetricError.needs("class 4 among the 4 classes", metric: "recall[4]")) {
            try Metric.named("recall[4]").measure(rows)
        }
    }

    @Test("R2 and pinball agree and lie in their intervals")
    func numbers() throws {
        let given = try MetricVectors.read().numbers
        let rows = try ScoredRows(targets: given.targets, values: given.values)

        for (name, expected) in given.expected {
            let estimate = try Metric.named(name).measure(rows, seed: 3)

            #expect(isClose(estimate.value, expected, within: 1e-9), "\(name)")
            #expect(estimate.interval?.contains(expected) == true, "\(name)")
        }
    }

    @Test(
        "names with a wrong argument are unknown",
        arguments: ["pinball[1.5]", "pinball[x]", "recall[-1]", "recall[]", "mae[1]", "recall[1", "accuracy[0]"])
    func wrongArgument(name: String) {
        #expect(throws: MetricError.unknown(name: name, known: Metric.names)) { try Metric.named(name) }
    }

    @Test("where nothing counts, a metric says why it is not defined")
    func undefined() throws {
        let oneLabel = try ScoredRows(labels: [0, 0], predictions: [0, 0], probabilities: [1, 0, 0.9, 0.1], classes: 2)
        let constant = try ScoredRows(targets: [2, 2, 2], values: [1, 2, 3])

        for name in ["roc_auc", "pr_auc", "tpr", "ppv"] {
            #expect(throws: MetricError.self, "\(name)") { try Metric.named(name).measure(oneLabel) }
        }
        #expect(throws: MetricError.undefined(metric: "r2", reason: "the truth is the same in all rows")) {
            try Metric.named("r2").measure(constant)
        }
    }

    @Test("areas without a pair out of order are not certain")
    func perfectAreas() throws {
        let labels = (0..<30).map { $0 % 2 }
        let rows = try ScoredRows(
            labels: labels, predictions: labels, probabilities: labels.flatMap { $0 == 1 ? [0.1, 0.9] : [0.8, 0.2] }, classes: 2)

        for name in ["roc_auc", "pr_auc"] {
            let estimate = try Metric.named(name).measure(rows)
            let interval = try #require(estimate.interval)

            #expect(estimate.value == 1 && interval.upper == 1, "\(name)")
            #expect(interval.lower < 0.95 && interval.lower > 0.6, "\(name)")
        }
    }

    @Test("swapping the models mirrors the interval of a difference of areas", arguments: ["roc_auc", "pr_auc"])
    func mirrored(name: String) throws {
        let given = try MetricVectors.read().binary[0]
        let other = try ScoredRows(
            labels: given.labels, predictions: given.predictions, probabilities: given.other.flatMap { [1 - $0, $0] }, classes: 2)
        let metric = try Metric.named(name)

        let there = try #require(metric.compare(champion: rows(given), candidate: other).difference.interval)
        let back = try #require(metric.compare(champion: other, candidate: rows(given)).difference.interval)

        #expect(isClose(there.lower, -back.upper) && isClose(there.upper, -back.lower))
        #expect(there.width > 0)
    }
}
