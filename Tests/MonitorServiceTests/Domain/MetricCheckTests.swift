import Contracts
import Statistics
import Testing

@testable import MonitorService

@Suite("Metric alerts")
struct MetricCheckTests {
    private func reading(right: Int, wrong: Int, unlabeled: Int = 0, isFull: Bool = false) throws -> Reading {
        let plan = WatchPlan(try SampleCapability.manifest())
        func row(_ number: Int, label: JSONValue?) -> TrafficRow {
            TrafficRow(request: requestID(number), row: 0, input: [:], context: [:], output: ["label": 3], label: label)
        }
        let rows =
            (0..<right).map { row($0, label: 3) } + (0..<wrong).map { row(right + $0, label: "4") }
            + (0..<unlabeled).map { row(right + wrong + $0, label: nil) }
        let alert = try #require(plan.alerts.first)
        return MetricCheck(answer: try #require(plan.answer), choices: plan.choices).reading(
            alert, rows, isFull: isFull)
    }

    @Test("an alert on * is one on all rows and on every slice")
    func everySlice() throws {
        #expect(WatchPlan(try SampleCapability.manifest()).alerts.map(\.key.slice) == ["*", "eights", "scanner-b", "orders"])
    }

    @Test("it is bad only when the interval is clearly below the bound, and never on few rows")
    func outcomes() throws {
        #expect(try reading(right: 0, wrong: 29).outcome == .unclear)
        #expect(try reading(right: 0, wrong: 29, unlabeled: 500).outcome == .unclear)
        #expect(try reading(right: 0, wrong: 30).outcome == .bad)
        #expect(try reading(right: 70, wrong: 30).outcome == .unclear)
        #expect(try reading(right: 500, wrong: 500).outcome == .bad)
        #expect(try reading(right: 78, wrong: 22).outcome == .unclear)
        #expect(try reading(right: 95, wrong: 5).outcome == .clean)
        #expect(try reading(right: 78, wrong: 22, isFull: true).outcome == .clean)
        #expect(try reading(right: 70, wrong: 30, isFull: true).outcome == .unclear)
        #expect(try reading(right: 50, wrong: 50, isFull: true).outcome == .bad)
        #expect(try reading(right: 29, wrong: 0, isFull: true).outcome == .unclear)
        #expect(try reading(right: 50, wrong: 50).value == 0.5)
    }

    @Test("labels that are no classes share one and are never right; without choices there are so many classes and no more")
    func strangeLabels() throws {
        func row(_ number: Int, _ answer: JSONValue, _ label: JSONValue) -> TrafficRow {
            TrafficRow(request: requestID(number), row: 0, input: [:], context: [:], output: ["label": answer], label: label)
        }
        let answer = try #require(WatchPlan(try SampleCapability.manifest()).answer)
        let strange = (0..<300).map { row($0, $0 % 2 == 0 ? "odd" : 3, .string("label \($0)")) } + [row(300, 3, 3)]
        for choices in [[0, 1, 2, 3], []] as [[JSONValue]] {
            let check = MetricCheck(answer: answer, choices: choices)
            let accuracy = try check.estimate(Metric.named("accuracy"), strange, level: 0.95)
            let balanced = try check.estimate(Metric.named("f1"), strange, level: 0.95)
            #expect(accuracy?.value == 1.0 / 301)
            #expect(balanced != nil)
        }
        let same = (0..<600).map { row($0, .string("c\($0)"), .string("c\($0)")) }
        #expect(try MetricCheck(answer: answer, choices: []).estimate(Metric.named("accuracy"), same, level: 0.95)?.value == 1)
    }

    @Test("8, 8.0 and \"8\" are one label", arguments: [8, 8.0, "8"] as [JSONValue])
    func labels(label: JSONValue) throws {
        let plan = WatchPlan(try SampleCapability.manifest())
        let row = TrafficRow(request: requestID(1), row: 0, input: [:], context: [:], output: ["label": 8], label: label)
        #expect(MetricCheck(answer: try #require(plan.answer), choices: plan.choices).isWrong(row) == false)
    }
}
