import Contracts
import Statistics

/// Which rows an alarm asks labels for, and how it asks.
enum FailingRows {
    /// Most rows that one alarm asks labels for.
    static let most = 200

    /// The rows of the alert's slice that the model got wrong, newest first.
    static func of(_ alert: WatchPlan.MetricAlert, _ labeled: [TrafficRow], _ check: MetricCheck) -> [TrafficRow] {
        Array(alert.place.rows(of: labeled).filter { check.isWrong($0) == true }.prefix(most))
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
