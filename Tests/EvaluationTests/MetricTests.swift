import Contracts
import Foundation
import Statistics
import TestSupport
import Testing

@testable import Evaluation

@Suite("Metric tests")
struct MetricTests {
    private func results(_ tests: [TestSpec], _ sample: (rows: [DatasetRow], predictions: Predictions)) throws -> [TestResult] {
        try TestSuite(try manifest(tests: tests)).results(sample.rows, candidate: sample.predictions, champion: .absent)
    }

    @Test("accuracy has Wilson's interval, and the whole of it must clear the bound")
    func accuracy() throws {
        func test(_ name: String, _ bound: Double) -> TestSpec {
            TestSpec(name: name, kind: "metric", metric: "accuracy", atLeast: bound)
        }
        let found = try results([test("low", 0.84), test("middle", 0.9), test("high", 0.97)], scored(pairs(right: 92, wrong: 8)))
        let expected = wilson(92, 100)

        #expect(found.map(\.verdict) == [.pass, .inconclusive, .fail])
        #expect(found.allSatisfy { $0.value == 0.92 && $0.rows == 100 && $0.needs == nil && $0.blocking })
        #expect(abs((found[0].low ?? 0) - expected.low) < 1e-9)
        #expect(abs((found[0].high ?? 0) - expected.high) < 1e-9)
        #expect(found[0].message == "accuracy is 0.92 (95 % interval 0.85 to 0.959, 100 rows); at least 0.84 was asked for.")
        #expect(found[2].message == "accuracy is 0.92 (95 % interval 0.85 to 0.959, 100 rows), where at least 0.97 was asked for.")
        #expect(found[1].message.contains("more labeled rows of the test split would"))
    }

    @Test("log loss and Brier score are those of the formulas, and must stay below their bounds")
    func losses() throws {
        let sample = scored(pairs(right: 30, wrong: 10) + pairs(right: 20, wrong: 0, label: 2), confidence: 0.7)
        let tests = [
            TestSpec(name: "log", kind: "metric", metric: "log_loss", atMost: 10),
            TestSpec(name: "brier", kind: "metric", metric: "brier", atMost: 0.001),
        ]
        let found = try results(tests, sample)

        let log = -(5 * Foundation.log(0.7) + Foundation.log(0.15)) / 6
        let right = 0.3 * 0.3 + 2 * 0.15 * 0.15
        let wrong = 0.7 * 0.7 + 0.85 * 0.85 + 0.15 * 0.15
        #expect(abs((found["log"]?.value ?? 0) - log) < 1e-9)
        #expect(abs((found["brier"]?.value ?? 0) - (5 * right + wrong) / 6) < 1e-9)
        #expect(found["log"]?.verdict == .pass)
        #expect(found["brier"]?.verdict == .fail)
    }

    @Test("a loss on fewer rows than an interval is resampled from stays open, and says how many more it takes")
    func fewRows() throws {
        let tests = [TestSpec(name: "log", kind: "metric", metric: "log_loss", atMost: 10)]
        let found = try results(tests, scored(pairs(right: 20, wrong: 9)))[0]

        #expect(found.verdict == .inconclusive && found.moreRows == 1)
        #expect(found.message.contains("too few for an interval, 29 rows") && found.message.contains("about 1 more labeled row of"))
        #expect(try results(tests, scored(pairs(right: 20, wrong: 10)))[0].verdict == .pass)
        #expect(
            try results(tests, scored(pairs(right: 60, wrong: 0)))[0].message.contains("without a spread that an interval needs, 60 rows"))
    }

    @Test("probabilities that are none fail a test of classes, and ask for no labels; the rows of a champion leave it open")
    func invalidProbabilities() throws {
        let sample = scored(pairs(right: 60, wrong: 0, label: 2))
        var probabilities = sample.predictions.probabilities
        probabilities[3 * 7] = 0.9
        let odd = Predictions(classes: sample.predictions.classes, probabilities: probabilities)
        var calibration = TestSpec(name: "c", kind: "calibration", onInconclusive: .warn)
        calibration.errorAtMost = 0.9
        let tests = [
            TestSpec(name: "a", kind: "metric", metric: "accuracy", slice: "twos", atLeast: 0.1, onInconclusive: .warn), calibration,
            TestSpec(name: "r", kind: "regression", metric: "accuracy", against: "champion", within: 0.5),
        ]
        let suite = try TestSuite(try manifest(tests: tests))
        let own = try suite.results(sample.rows, candidate: odd, champion: .scored(sample.predictions))
        let champion = try suite.results(sample.rows, candidate: sample.predictions, champion: .scored(odd))

        #expect(own.map(\.verdict) == [.fail, .fail, .fail])
        #expect(own.allSatisfy { $0.message.contains("row row-7 got probabilities outside 0 to 1") && $0.needs == nil })
        #expect(champion.map(\.verdict) == [.pass, .pass, .inconclusive])
    }

    @Test("one number that is not finite, or too large to be squared, fails the tests of numbers, and leaves a report that can be written")
    func numbersWithoutEnd() throws {
        var fairness = TestSpec(name: "f", kind: "fairness", metric: "rmse")
        (fairness.groups, fairness.differenceAtMost) = ("context.source", 1)
        let tests = [
            TestSpec(name: "m", kind: "metric", metric: "rmse", atMost: 5, onInconclusive: .warn),
            TestSpec(name: "r", kind: "regression", metric: "rmse", against: "champion", within: 1, onInconclusive: .warn), fairness,
        ]
        var numbers = try manifest(tests: tests)
        numbers.labeling?.choices = nil
        numbers.interface.outputs = [Interface.Field(name: "y", datatype: "FP64", shape: [-1])]
        let rows = (0..<120).map { row($0, label: .number(Double($0 % 7)), source: $0 % 2 == 0 ? "a" : "b") }
        let sound = rows.indices.map { Double($0 % 5) }
        let suite = try TestSuite(numbers)
        for (bad, sentence) in [(Double.nan, "row row-3 got a number that is not finite"), (1e160, "the answers are too large")] {
            var said = sound
            said[3] = bad
            let own = try suite.results(rows, candidate: Predictions(numbers: said), champion: .scored(Predictions(numbers: sound)))
            let champion = try suite.results(rows, candidate: Predictions(numbers: sound), champion: .scored(Predictions(numbers: said)))

            #expect(own.map(\.verdict) == [.fail, .fail, .fail], "\(own.map(\.message))")
            #expect(own.allSatisfy { $0.message.contains(sentence) }, "\(own.map(\.message))")
            #expect(try WireJSON.decode([TestResult].self, from: WireJSON.encode(own)) == own)
            #expect(champion[1].verdict == .inconclusive, "\(champion[1].message)")
        }
    }

    @Test("a slice looks at its own rows only: by label, by context, by what the model said")
    func slices() throws {
        let all = pairs(right: 40, wrong: 0) + pairs(right: 6, wrong: 14, label: 2) + [(label: 0, said: 1)]
        let sample = scored(all, source: { $0 % 2 == 0 ? "b" : "a" })
        let tests = [
            TestSpec(name: "twos", kind: "metric", metric: "recall", slice: "twos", atLeast: 0.6),
            TestSpec(name: "b", kind: "metric", metric: "accuracy", slice: "scanner-b", atLeast: 0.1),
            TestSpec(name: "one", kind: "metric", metric: "accuracy", slice: "said-one", atLeast: 0.5),
        ]
        let found = try results(tests, sample)

        let b = all.indices.filter { $0 % 2 == 0 }
        #expect(found["twos"]?.rows == 20)
        #expect(found["twos"]?.value == 0.3)
        #expect(abs((found["twos"]?.high ?? 0) - wilson(6, 20).high) < 1e-9)
        #expect(found["twos"]?.verdict == .fail)
        #expect(found["b"]?.rows == b.count)
        #expect(found["b"]?.value == Double(b.count { all[$0].label == all[$0].said }) / Double(b.count))
        #expect(found["one"]?.rows == 1)
        #expect(found["one"]?.value == 0)
    }

    @Test("a slice with no row is inconclusive, says so, and asks for labels")
    func emptySlice() throws {
        let tests = [TestSpec(name: "nowhere", kind: "metric", metric: "accuracy", slice: "nowhere", atLeast: 0.5, onInconclusive: .warn)]
        let found = try results(tests, scored(pairs(right: 5, wrong: 0)))

        #expect(found[0].verdict == .inconclusive)
        #expect(!found[0].blocking)
        #expect(found[0].rows == 0)
        #expect(found[0].value == nil)
        // Four rows that are all right give the interval 0.51 to 1.
        #expect(
            found[0].message
                == "No labeled row of the test split is in slice nowhere, so nothing can be said; at least 4 rows would be needed.")
        #expect(found[0].needs?.slice == "nowhere")
        #expect((found[0].needs?.atLeast ?? 0) >= 4)
    }

    @Test("no rows at all make every test inconclusive")
    func noRows() throws {
        let found = try results([TestSpec(name: "all", kind: "metric", metric: "accuracy", atLeast: 0.5)], ([], Predictions()))

        #expect(found[0].verdict == .inconclusive)
        #expect(found[0].message.hasPrefix("No labeled row of the test split is there"))
    }

    @Test("a slice that failed or could not tell says how many rows of it train should have; one that passed says nothing")
    func needs() throws {
        let sample = scored(pairs(right: 60, wrong: 0) + pairs(right: 12, wrong: 8, label: 2))
        func test(_ name: String, _ bound: Double, slice: String? = "twos") -> TestSpec {
            TestSpec(name: name, kind: "metric", metric: "recall", slice: slice, atLeast: bound)
        }
        let found = try results([test("fail", 0.95), test("open", 0.7), test("pass", 0.2), test("all", 0.999, slice: nil)], sample)

        #expect(found.map(\.verdict) == [.fail, .inconclusive, .pass, .fail])
        // The manifest's need is 500.
        #expect(found["fail"]?.needs?.atLeast == 500)
        #expect((found["open"]?.needs?.atLeast ?? 0) >= 500)
        #expect(found["open"]?.needs?.slice == "twos")
        #expect(found["pass"]?.needs == nil)
        #expect(found["all"]?.needs == nil)
    }

    @Test("a metric that the answers do not allow is inconclusive, with the reason")
    func undefined() throws {
        let sample = scored(pairs(right: 5, wrong: 5))
        let bare = Predictions(classes: sample.predictions.classes)
        let tests = [
            TestSpec(name: "log", kind: "metric", metric: "log_loss", atMost: 1),
            TestSpec(name: "odd", kind: "metric", metric: "charm", atLeast: 1),
        ]
        let found = try results(tests, (sample.rows, bare))

        #expect(found.map(\.verdict) == [.inconclusive, .inconclusive])
        #expect(found["log"]?.message == "log_loss cannot be measured: metric 'log_loss' needs probabilities.")
        #expect(found["odd"]?.message.contains("accuracy") == true)
    }

    @Test(
        "raising the bound never makes a verdict better", arguments: ["accuracy", "recall", "precision", "f1", "log_loss", "brier", "ece"])
    func monotone(metric: String) throws {
        let order: [TestResult.Verdict] = [.pass, .inconclusive, .fail]
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5 {
            let drawn = (0..<Int.random(in: 2...60, using: &generator)).map { _ in
                (label: Int.random(in: 0...2, using: &generator), said: Int.random(in: 0...2, using: &generator))
            }
            let bounds = stride(from: 0.0, through: 2.0, by: 0.05)
            let higher = ["log_loss", "brier", "ece"].contains(metric)
            let tests = bounds.map { bound in
                TestSpec(
                    name: "\(bound)", kind: "metric", metric: metric, atLeast: higher ? nil : bound, atMost: higher ? 2 - bound : nil)
            }
            let found = try results(tests, scored(drawn)).map { order.firstIndex(of: $0.verdict) ?? -1 }
            #expect(found == found.sorted(), "\(metric) on \(drawn)")
        }
    }

    @Test("as many more rows as are named decide, and one less does not")
    func moreRows() {
        for (hits, rows, bound) in [(22, 25, 0.75), (18, 25, 0.85), (95, 100, 0.93), (1, 1, 0.9)] {
            let estimate = Proportion(successes: hits, trials: rows).estimate()
            guard let more = RowsNeeded.more(estimate, bound: bound) else {
                Issue.record("no number for \(hits) of \(rows)")
                continue
            }
            func verdict(_ total: Int) -> Verdict {
                let exact = Double(hits) / Double(rows) * Double(total)
                let rounded = Int(exact.rounded(Double(hits) / Double(rows) > bound ? .down : .up))
                let estimate = Proportion(successes: rounded, trials: total).estimate()
                return estimate.verdict(atLeast: bound)
            }
            #expect(verdict(rows + more) != .inconclusive, "\(hits) of \(rows), \(more) more")
            #expect(more == 1 || verdict(rows + more - 1) == .inconclusive, "\(hits) of \(rows), \(more) more")
        }
        #expect(RowsNeeded.more(Proportion(successes: 9, trials: 10).estimate(), bound: 0.9) == nil)
        #expect(RowsNeeded.least(toReach: 0.5) == 4)
    }

    @Test("the same input gives the same results")
    func deterministic() throws {
        let sample = scored(pairs(right: 30, wrong: 9) + pairs(right: 11, wrong: 4, label: 1))
        let tests = ["f1", "log_loss", "ece"].map { TestSpec(name: $0, kind: "metric", metric: $0, atLeast: 0.5) }

        #expect(try results(tests, sample) == results(tests, sample))
    }
}
