import Contracts
import Statistics

/// Which rows an alarm asks labels for, and how it asks.
enum FailingRows {
    /// Most rows that one alarm asks labels for.
    static let most = 200

    /// The rows of the alert's slice that the model got wrong, newest first. A row whose inputs were not kept cannot be shown to anybody.
    static func of(_ alert: WatchPlan.MetricAlert, _ labeled: [TrafficRow], _ check: MetricCheck, inputs: [String]) -> [TrafficRow] {
        let wrong = alert.place.rows(of: labeled).filter { check.isWrong($0) == true && $0.has(inputs) && !$0.hasNUL }
        return Array(wrong.prefix(most))
    }

    /// What is left of a request when labeling will not take the tasks that its answer names; nil when it names none of them.
    static func rest(of request: NewTasks, without faults: [FieldFault]) -> (rest: NewTasks, dropped: [NewTask])? {
        let places = Set(faults.compactMap { fault in fault.field.wholeMatch(of: /tasks\[(\d{1,6})\].*/).flatMap { Int($0.1) } })
        let dropped = places.filter(request.tasks.indices.contains)
        guard !dropped.isEmpty else { return nil }
        var rest = request
        rest.tasks = request.tasks.enumerated().filter { !dropped.contains($0.offset) }.map(\.element)
        return (rest, dropped.sorted().map { request.tasks[$0] })
    }

    /// The request to labeling. The reason is the same for all slices of an alert, so that labeling keeps a row once.
    static func request(_ rows: [TrafficRow], alarm: String, _ alert: WatchPlan.MetricAlert, answer: AnswerField) -> NewTasks {
        NewTasks(
            reason: "production: \(alert.metric.name) below \(alert.bound)",
            tasks: rows.map { row in
                NewTask(
                    rowId: RowID.production(row.request, row: row.row), input: row.input, context: row.context,
                    prediction: row.output[answer.name],
                    selection: Selection(method: .alarm, reason: alarm),
                    origin: RowOrigin(kind: .production, requestId: row.request, row: row.row))
            })
    }
}

extension TrafficRow {
    /// Whether a text of it holds U+0000, which no database of the mesh takes.
    fileprivate var hasNUL: Bool { [input, context, output].contains { $0.values.contains(where: Self.hasNUL) } }

    private static func hasNUL(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.utf8.contains(0)
        case .array(let elements): elements.contains(where: hasNUL)
        case .object(let members): members.contains { $0.key.utf8.contains(0) || hasNUL($0.value) }
        default: false
        }
    }
}
