import Contracts
import Testing

@testable import MonitorService

@Suite("Failing rows")
struct FailingRowsTests {
    @Test("rows that nobody could be shown are not asked for")
    func unusable() throws {
        let plan = WatchPlan(try SampleCapability.manifest())
        let alert = try #require(plan.alerts.first)
        let check = MetricCheck(answer: try #require(plan.answer), choices: plan.choices)
        func row(_ number: Int, input: [String: JSONValue], source: String = "b") -> TrafficRow {
            TrafficRow(
                request: requestID(number), row: 0, input: input, context: ["source": .string(source)], output: ["label": 3], label: 4)
        }
        let rows = [
            row(1, input: ["pixels": [1, 2]]), row(2, input: [:]), row(3, input: ["pixels": ["a\u{0}"]]),
            row(4, input: ["pixels": [1, 2]], source: "\u{0}"),
        ]

        #expect(FailingRows.of(alert, rows, check, inputs: plan.inputs).map(\.request) == [requestID(1)])
    }

    @Test("what labeling names is left out of the next request, and nothing else")
    func rest() throws {
        let tasks = (0..<12).map { NewTask(rowId: "r\($0)", input: [:]) }
        let request = NewTasks(reason: "why", tasks: tasks)
        func rest(_ fields: String...) -> (rest: NewTasks, dropped: [NewTask])? {
            FailingRows.rest(of: request, without: fields.map { FieldFault($0, expected: "something") })
        }

        let found = try #require(rest("tasks[3].input.pixels", "tasks[3].context", "tasks[10]", "tasks[12]", "reason"))
        #expect(found.dropped.map(\.rowId) == ["r3", "r10"])
        #expect(found.rest.tasks.map(\.rowId) == ["r0", "r1", "r2", "r4", "r5", "r6", "r7", "r8", "r9", "r11"])
        #expect(found.rest.reason == "why")
        #expect(rest("tasks", "tasks[99].input", "tasks[-1]") == nil)
    }
}
