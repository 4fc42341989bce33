import Contracts
import Statistics

/// One answer of a project, as the estimators want it. Labels are canonical texts.
struct ProjectAnswer: Sendable, Hashable {
    let task: String
    let labeler: String
    let label: String
    /// The known answer of a gold task.
    let gold: String?
}

/// What all answers of a project say together.
struct AnswerQuality: Sendable {
    /// Most rounds of the estimator and when it stops: a percent of posterior decides nothing here.
    private static let estimator = DawidSkene(maximumIterations: 60, tolerance: 1e-4)

    /// Krippendorff's alpha, nominal; nil where no task has two answers.
    let alpha: Double?
    let labelers: [LabelerScore]
    /// The probability of each label, by task.
    private let posteriors: [String: [String: Double]]

    init(_ answers: [ProjectAnswer]) {
        guard !answers.isEmpty else {
            (alpha, labelers, posteriors) = (nil, [], [:])
            return
        }
        let gold = answers.compactMap { answer in answer.gold.map { (answer.task, $0) } }
        let table = AnswerTable(
            answers.map { AnswerTable.Answer(item: $0.task, annotator: $0.labeler, label: $0.label) },
            gold: Dictionary(gold) { first, _ in first })
        let consensus = Self.estimator.consensus(table)
        alpha = KrippendorffAlpha(nominal: Dictionary(grouping: answers, by: \.task).values.map { $0.map(\.label) }).value
        labelers = consensus.annotators.map {
            LabelerScore(
                labeler: $0.annotator, answers: $0.answers, goldAnswers: $0.gold.trials, goldCorrect: $0.gold.successes,
                estimatedAccuracy: $0.accuracy)
        }
        posteriors = Dictionary(
            consensus.items.map { item in (item.item, Dictionary(zip(consensus.classes, item.posterior)) { first, _ in first }) }
        ) { first, _ in first }
    }

    /// How probable a label is (Dawid & Skene 1979); nil for a task without answers.
    func probability(of label: JSONValue, task: String) -> Double? { posteriors[task]?[label.text] }

    /// The most probable of some labels; the first where they are as probable.
    func mostProbable(of labels: [JSONValue], task: String) -> JSONValue? {
        labels.reduce(nil as (JSONValue, Double)?) { best, label in
            let probability = probability(of: label, task: task) ?? 0
            return best.map { probability > $0.1 ? (label, probability) : $0 } ?? (label, probability)
        }?.0
    }
}
