import Statistics
import Testing

/// Expected numbers: Vectors/make_vectors.py (fairlearn 0.15.0).
@Suite("Fairness")
struct FairnessTests {
    @Test("largest difference and smallest ratio agree with fairlearn and lie in their intervals")
    func values() throws {
        let given = try MetricVectors.read().groups
        let rows = try ScoredRows(labels: given.labels, predictions: given.predictions, classes: 2)

        for (name, expected) in given.expected {
            let report = try FairnessReport(Metric.named(name), rows, groups: given.groups)

            #expect(isClose(report.difference.value, expected.difference), "\(name)")
            #expect(isClose(report.ratio.value, expected.ratio), "\(name)")
            #expect(report.difference.interval?.contains(expected.difference) == true, "\(name)")
            #expect(report.ratio.interval?.contains(expected.ratio) == true, "\(name)")
            #expect(report.groups.map(\.count).reduce(0, +) == rows.count && report.tooSmall.isEmpty, "\(name)")
        }
    }

    @Test("two groups have Newcombe's interval, and a ratio's ends agree with a difference of 0")
    func twoGroups() throws {
        let labels = [Int](repeating: 1, count: 200)
        let predictions = (0..<200).map { $0 < 100 ? ($0 < 60 ? 1 : 0) : ($0 < 190 ? 1 : 0) }
        let rows = try ScoredRows(labels: labels, predictions: predictions, classes: 2)

        let report = try FairnessReport(Metric.named("tpr"), rows, groups: (0..<200).map { $0 < 100 ? "a" : "b" })
        let newcombe = Proportion(successes: 60, trials: 100).difference(to: Proportion(successes: 90, trials: 100)).interval
        let ratio = try #require(report.ratio.interval)

        #expect(report.difference.interval == newcombe)
        #expect(report.least == "a" && report.greatest == "b")
        #expect(ratio.lower > 0.5 && ratio.upper < 0.8)
    }

    @Test("groups too small to compare are named, shown with their number of rows, and not compared")
    func tooSmall() throws {
        let rows = try ScoredRows(labels: (0..<105).map { _ in 1 }, predictions: (0..<105).map { $0 < 100 ? $0 % 2 : 0 }, classes: 2)

        let report = try FairnessReport(
            Metric.named("accuracy"), rows, groups: (0..<105).map { $0 < 50 ? "a" : $0 < 100 ? "b" : "few" })

        #expect(report.tooSmall == ["few"])
        #expect(report.groups.first { $0.group == "few" }?.count == 5)
        #expect(report.difference.value == 0 && report.difference.count == 100)
        #expect(report.difference.verdict(atMost: 0.3) == .pass)
        #expect(report.difference.verdict(atMost: 0.05) == .inconclusive)
    }

    @Test("one group alone decides nothing")
    func oneGroup() throws {
        let rows = try ScoredRows(labels: (0..<50).map { $0 % 2 }, predictions: (0..<50).map { $0 % 2 }, classes: 2)

        let report = try FairnessReport(Metric.named("accuracy"), rows, groups: rows.labels.map { _ in "all" })

        #expect(report.difference.interval == nil && report.least == nil)
        #expect(report.difference.verdict(atMost: 0.1) == .inconclusive)
        #expect(throws: MetricError.lengths(expected: 50, found: 1, of: "groups")) {
            try FairnessReport(Metric.named("accuracy"), rows, groups: ["a"])
        }
    }
}
