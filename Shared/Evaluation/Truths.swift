import Contracts
import Statistics

/// The labels of rows: classes by position, or numbers.
struct Truths {
    private let classes: Int
    private let positions: [Int]
    private let numbers: [Double]

    init(_ rows: [DatasetRow], labels: LabelSet?) throws(EvaluationError) {
        var positions: [Int] = []
        var numbers: [Double] = []
        for row in rows {
            let label = row.label ?? .null
            if let labels {
                guard let position = labels.position(of: label) else {
                    throw .row(id: row.id, "its label \(String(decoding: label.canonical, as: UTF8.self)) is none of the choices")
                }
                positions.append(position)
            } else {
                guard let number = label.doubleValue, number.isFinite else { throw .row(id: row.id, "its label is not a number") }
                numbers.append(number)
            }
        }
        classes = labels?.count ?? 0
        self.positions = positions
        self.numbers = numbers
    }

    /// The labels beside what a model said.
    func scored(_ predictions: Predictions) throws(MetricError) -> ScoredRows {
        if classes == 0 { return try ScoredRows(targets: numbers, values: predictions.numbers) }
        return try ScoredRows(
            labels: positions, predictions: predictions.classes, probabilities: predictions.probabilities, classes: classes)
    }
}
