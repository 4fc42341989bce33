import Contracts
import Slices
import Statistics

/// What a model says of a row.
struct RowScore: Sendable, Hashable {
    /// Outputs by name.
    var outputs: [String: JSONValue]
    /// 0 is sure, 1 knows nothing.
    var uncertainty: Double
}

/// A row to be labeled, and how it came to be chosen.
struct ChosenRow: Sendable, Hashable {
    let row: DatasetRow
    let selection: Selection
}

/// How labeling picks rows of a dataset.
struct RowChoice: Sendable {
    let request: LabelRequest
    /// Live predicate of the slice, for the method `slice`.
    let predicate: SlicePredicate?
    /// Share of random rows among uncertain ones.
    let random: Double

    /// The split that rows come from; nil for all. Hard and rare rows are taken from train alone: the others stay a random sample.
    var split: String? {
        [.slice, .uncertainty].contains(request.method) ? Split.train.rawValue : request.split
    }

    /// Whether a model has to look at the rows first.
    var needsScores: Bool {
        switch request.method {
        case .uncertainty: true
        case .slice: predicate?.fields.contains { $0.scope == .prediction } ?? false
        default: false
        }
    }

    /// Rows that may be asked for, the unlabeled ones first: each part is used up before the next.
    func tiers(_ rows: [DatasetRow], without busy: Set<String>) -> [[DatasetRow]] {
        let free = rows.filter { (split == nil || $0.split == split) && !busy.contains($0.id) }
        return [free.filter { $0.label == nil }, free.filter { $0.label != nil }]
    }

    /// At most `count` rows of one tier.
    func choose(
        _ rows: [DatasetRow], scores: [String: RowScore], count: Int, generator: inout SeededGenerator
    ) -> [ChosenRow] {
        switch request.method {
        case .uncertainty: uncertain(rows, scores: scores, count: count, generator: &generator)
        case .slice: draw(matching(rows, scores: scores), count, .slice, generator: &generator)
        default: draw(rows, count, request.method, generator: &generator)
        }
    }

    private func draw(
        _ rows: [DatasetRow], _ count: Int, _ method: Selection.Method, generator: inout SeededGenerator
    ) -> [ChosenRow] {
        let taken = min(max(count, 0), rows.count)
        guard taken > 0 else { return [] }
        var shuffled = rows
        generator.shuffle(&shuffled)
        let selection = Selection(
            method: method, probability: Double(taken) / Double(rows.count), reason: method == .slice ? request.slice : request.reason)
        return shuffled.prefix(taken).map { ChosenRow(row: $0, selection: selection) }
    }

    /// The least certain rows, and some at random of the rest, so that what the model is wrongly sure of is seen too.
    private func uncertain(
        _ rows: [DatasetRow], scores: [String: RowScore], count: Int, generator: inout SeededGenerator
    ) -> [ChosenRow] {
        let atRandom = Int((Double(min(count, rows.count)) * random).rounded(.up))
        let ranked = rows.sorted {
            let (first, second) = (scores[$0.id]?.uncertainty ?? 0, scores[$1.id]?.uncertainty ?? 0)
            return first != second ? first > second : $0.id < $1.id
        }
        let top = ranked.prefix(max(0, min(count, rows.count) - atRandom))
        // Which rows are least certain follows from the model: no chance is in it.
        let selection = Selection(method: .uncertainty, probability: 1, reason: request.reason)
        return top.map { ChosenRow(row: $0, selection: selection) }
            + draw(Array(ranked.dropFirst(top.count)), atRandom, .random, generator: &generator)
    }

    private func matching(_ rows: [DatasetRow], scores: [String: RowScore]) -> [DatasetRow] {
        guard let test = predicate?.compiled() else { return [] }
        return rows.filter { row in
            test { field in
                switch field.scope {
                case .input: row.input[field.name]
                case .context: row.context[field.name]
                case .prediction: scores[row.id]?.outputs[field.name]
                // A row that waits for its label is judged as a live request would be.
                case .label: nil
                }
            } == .true
        }
    }
}
