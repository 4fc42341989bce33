import Contracts

/// A task whose label is settled and in no dataset version yet.
struct SettledTask: Sendable, Hashable {
    let id: String
    let rowID: String
    let input: [String: JSONValue]
    let context: [String: JSONValue]
    let label: JSONValue
    let isTied: Bool
    /// The answers given, each label once, in order of first appearance.
    let answered: [JSONValue]
    let answers: Int
    let selection: Selection?
    let origin: RowOrigin?
    /// Whether the row is in the dataset: it was ingested, or an earlier commit brought it.
    let isInDataset: Bool
}

/// What a commit asks of the dataset service.
struct CommitDraft: Sendable {
    let request: NewDatasetVersion
    let labels: Int
    let rows: Int

    /// - Parameter tasks: in the order they were settled: of several labels of one row the last counts.
    init(_ tasks: [SettledTask], id: String, project: String, quality: AnswerQuality) {
        let last = Dictionary(tasks.map { ($0.rowID, $0.id) }) { $1 }
        let chosen = tasks.filter { last[$0.rowID] == $0.id }
        let new = chosen.filter { !$0.isInDataset }.map { task in
            RowInput(
                id: task.rowID, input: task.input, context: task.context, label: Self.label(of: task, quality),
                selection: task.selection, origin: task.origin)
        }
        let known = chosen.filter(\.isInDataset).map { task in
            let label = Self.label(of: task, quality)
            return LabelInput(
                rowId: task.rowID, label: label, confidence: quality.probability(of: label, task: task.id), annotators: task.answers,
                selection: task.selection)
        }
        // The id makes two commits of equal labels different requests.
        request = NewDatasetVersion(
            message: "Labels of project \(project), commit \(id)", rows: new.isEmpty ? nil : new, labels: known.isEmpty ? nil : known)
        labels = chosen.count
        rows = new.count
    }

    /// The majority's label; where it was tied, the one that the better labelers gave.
    private static func label(of task: SettledTask, _ quality: AnswerQuality) -> JSONValue {
        task.isTied ? quality.mostProbable(of: task.answered, task: task.id) ?? task.label : task.label
    }
}
