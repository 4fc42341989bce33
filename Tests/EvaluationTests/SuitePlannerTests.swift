import Contracts
import Foundation
import Statistics
import TestSupport
import Testing

@testable import Evaluation

@Suite("The plan of a suite")
struct SuitePlannerTests {
    private let dataset = DatasetReference(name: "shapes", version: 4)

    private func line(_ test: TestSpec, rows: [DatasetRow], report: SuiteReport? = nil) throws -> SuitePlan.Line {
        let planner = try SuitePlanner(try manifest(tests: [test]), rows: rows, report: report)
        return try #require(planner.plan(revision: 2, dataset: dataset).tests.first)
    }

    private func rows(_ count: Int) -> [DatasetRow] {
        (0..<count).map { row($0, label: .integer(Int64($0 % 3)), source: $0 % 4 == 0 ? "b" : "a") }
    }

    private func report(_ results: [TestResult]) -> SuiteReport {
        SuiteReport(
            id: "r", capability: "shapes", model: Digest(of: []), version: 1, manifestRevision: 2, dataset: dataset, champion: nil,
            startedAt: .now, seconds: 0, results: results)
    }

    @Test("an accuracy at the rows that the plan asks for is decided about four times in five; at half of them clearly less often")
    func power() throws {
        let test = TestSpec(name: "a", kind: "metric", metric: "accuracy", atLeast: 0.9)
        let found = try line(test, rows: rows(100))
        let needed = try #require(found.rowsNeeded)
        func decided(_ rows: Int) -> Double {
            var generator = SeededGenerator(seed: 1)
            let verdicts = (0..<2_000).map { _ in
                Proportion(successes: generator.binomial(trials: rows, probability: 0.95), trials: rows).estimate().verdict(atLeast: 0.9)
            }
            return Double(verdicts.count { $0 == .pass }) / 2_000
        }

        #expect(found.value == 0.95 && !found.isObserved && found.isDecidable == false)
        #expect(abs(decided(needed) - 0.8) < 0.07, "\(decided(needed)) at \(needed)")
        #expect(decided(needed / 2) < 0.65)
        #expect(try line(test, rows: rows(needed)).isDecidable == true)
    }

    @Test("a report's value takes the place of the assumed one, and a value on the bound is never decided")
    func observed() throws {
        let test = TestSpec(name: "a", kind: "metric", metric: "accuracy", atLeast: 0.9)
        func seen(_ value: Double) -> SuiteReport {
            report([TestResult(name: "a", kind: "metric", verdict: .inconclusive, blocking: true, value: value, rows: 100, message: "")])
        }
        let near = try line(test, rows: rows(300), report: seen(0.92))
        let far = try line(test, rows: rows(300), report: seen(0.99))
        let on = try line(test, rows: rows(300), report: seen(0.9))

        #expect(near.isObserved && near.value == 0.92 && near.isDecidable == false && far.isDecidable == true)
        #expect((near.rowsNeeded ?? 0) > (far.rowsNeeded ?? .max))
        #expect(
            on.rowsNeeded == nil && on.isDecidable == false && on.message.contains("no number of rows") || on.message.hasPrefix("No number")
        )
    }

    @Test("a metric without a formula is planned from the interval of a report, by the root of its rows")
    func scaled() throws {
        let test = TestSpec(name: "l", kind: "metric", metric: "log_loss", atMost: 0.5)
        let seen = TestResult(
            name: "l", kind: "metric", verdict: .inconclusive, blocking: true, value: 0.45, low: 0.37, high: 0.53, rows: 100, message: "")
        let found = try line(test, rows: rows(100), report: report([seen]))

        // Half the width is 0.08 for z = 1.96 at 100 rows: ((1.96 + 0.84) / 1.96 x 0.08 / 0.05)^2 x 100.
        let expected = 100 * pow((1.959964 + 0.841621) / 1.959964 * 0.08 / 0.05, 2)
        #expect(abs(Double(found.rowsNeeded ?? 0) - expected) <= 1)
        #expect(try line(test, rows: rows(100)).isDecidable == nil)
    }

    @Test("each kind counts its own rows: a slice's, the groups' above 30; others do not hang on rows")
    func kinds() throws {
        var fairness = TestSpec(name: "f", kind: "fairness", metric: "accuracy")
        fairness.groups = "context.source"
        fairness.differenceAtMost = 0.1
        let slice = TestSpec(name: "s", kind: "metric", metric: "recall", slice: "twos", atLeast: 0.8)
        let regression = TestSpec(name: "r", kind: "regression", metric: "accuracy", against: "champion", within: 0.02)
        let all = rows(300)

        #expect(try line(slice, rows: all).rows == 100)
        #expect(try line(fairness, rows: all).rows == 300 && line(fairness, rows: all).rowsNeeded != nil)
        #expect(try line(fairness, rows: rows(100)).message.contains("fewer than two groups"))
        #expect(try line(regression, rows: all).value == 0)
        #expect((try line(regression, rows: all).rowsNeeded ?? 0) > 300)
        #expect(try line(TestSpec(name: "k", kind: "size"), rows: all).isDecidable == nil)
    }
}
