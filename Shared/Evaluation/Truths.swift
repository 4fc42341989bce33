import Contracts
import Statistics

/// The labels of rows: classes by position, numbers, or the relevant items of a ranking.
struct Truths: Sendable {
    private enum Answers: Sendable {
        case classes([Int])
        case numbers([Double])
        /// Texts that are no choices.
        case texts([String])
        /// Positions of each row's relevant items.
        case items([[Int]])
    }

    private let answers: Answers
    private let width: Int
    /// Probability that each label is right; nil where every one is certain.
    private let confidences: [Double]?

    /// A label that is a list names the relevant items of a ranking; then every label is read so.
    init(_ rows: [DatasetRow], labels: LabelSet?) throws(EvaluationError) {
        width = labels?.count ?? 0
        let given = rows.map { $0.confidence ?? 1 }
        confidences = given.contains { $0 < 1 } ? given.map { min(1, max(0, $0)) } : nil
        guard let labels else {
            let texts = rows.compactMap { $0.label?.stringValue }
            answers = texts.count == rows.count && !rows.isEmpty ? .texts(texts) : .numbers(try Self.numbers(rows))
            return
        }
        let isRanking = rows.contains { row in if case .array = row.label { true } else { false } }
        var positions: [Int] = []
        var items: [[Int]] = []
        positions.reserveCapacity(rows.count)
        for row in rows {
            if isRanking {
                items.append(try Self.items(row, labels))
            } else {
                positions.append(try Self.position(row.label ?? .null, row, labels))
            }
        }
        answers = isRanking ? .items(items) : .classes(positions)
    }

    /// The labels of some rows beside what a model said of all. Texts are right (class 1) where they are the same.
    func scored(_ said: Predictions, _ picked: [Int]) throws(MetricError) -> ScoredRows {
        guard !picked.isEmpty else { throw .empty }
        let all: ScoredRows
        switch answers {
        case .numbers(let numbers): all = try ScoredRows(targets: numbers, values: said.numbers)
        case .classes(let positions):
            all = try ScoredRows(labels: positions, predictions: said.classes, probabilities: said.probabilities, classes: width)
        case .texts(let texts):
            let isSame = zip(texts, said.texts).map { $0 == $1 ? 1 : 0 }
            all = try ScoredRows(labels: [Int](repeating: 1, count: texts.count), predictions: isSame, classes: 2)
        case .items: throw .needs("one answer for each row, not lists of relevant items", metric: "a metric of classes")
        }
        return picked.count == all.count ? all : try all.picking(picked)
    }

    /// The rankings of some rows: the items of each by the model's score, with those that are relevant.
    func ranked(_ said: Predictions, _ picked: [Int]) throws(MetricError) -> RankedRows {
        guard width > 0, said.probabilities.count == said.count * width else {
            throw .needs("a score for each item", metric: "a metric of rankings")
        }
        var queries: [RankedQuery] = []
        for row in picked {
            var relevances = [Double](repeating: 0, count: width)
            for item in relevant(row) { relevances[item] = 1 }
            let scores = Array(said.probabilities[row * width..<(row + 1) * width])
            guard scores.allSatisfy(\.isFinite) else { throw .notFinite(row: row) }
            queries.append(try RankedQuery(scores: scores, relevances: relevances))
        }
        return try RankedRows(queries)
    }

    /// The probability that each of some labels is right; nil where all are certain, and for numbers, of which it says nothing.
    func uncertainty(_ picked: [Int]) -> [Double]? {
        guard case .classes = answers, let confidences else { return nil }
        let own = picked.map { confidences[$0] }
        return own.contains { $0 < 1 } ? own : nil
    }

    /// Whether each answer is the label, or the best item a relevant one; nil for numbers.
    func isRight(_ said: Predictions) -> [Bool]? {
        switch answers {
        case .classes(let positions): zip(positions, said.classes).map { $0 == $1 }
        case .items(let items): zip(items, said.classes).map { $0.contains($1) }
        case .texts(let texts): zip(texts, said.texts).map { $0 == $1 }
        case .numbers: nil
        }
    }

    private func relevant(_ row: Int) -> [Int] {
        switch answers {
        case .classes(let positions): [positions[row]]
        case .items(let items): items[row]
        case .numbers, .texts: []
        }
    }

    private static func numbers(_ rows: [DatasetRow]) throws(EvaluationError) -> [Double] {
        var numbers: [Double] = []
        for row in rows {
            guard let number = row.label?.doubleValue, number.isFinite else { throw .row(id: row.id, "its label is not a number") }
            numbers.append(number)
        }
        return numbers
    }

    private static func position(_ label: JSONValue, _ row: DatasetRow, _ labels: LabelSet) throws(EvaluationError) -> Int {
        guard let position = labels.position(of: label) else {
            throw .row(id: row.id, "its label \(String(decoding: label.canonical, as: UTF8.self)) is none of the choices")
        }
        return position
    }

    private static func items(_ row: DatasetRow, _ labels: LabelSet) throws(EvaluationError) -> [Int] {
        let label = row.label ?? .null
        guard case .array(let parts) = label else { return [try position(label, row, labels)] }
        var items: [Int] = []
        for part in parts { items.append(try position(part, row, labels)) }
        return items
    }
}
