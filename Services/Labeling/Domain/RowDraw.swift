import Contracts
import Slices

/// Picks rows of one part of a dataset, which come in a random order.
///
/// Of the rows that could be taken among those looked at, all have the same chance. It is exact where the whole part was looked at, or
/// every row that was looked at could be taken; else the number of rows that could be taken is estimated by their share so far.
struct RowDraw {
    let choice: RowChoice
    /// Rows that are wanted.
    let count: Int
    /// Rows of the part.
    let total: Int
    private(set) var found: [DatasetRow] = []
    private var scores: [String: RowScore] = [:]
    private var looked = 0
    /// Rows looked at that could be taken.
    private var fitting = 0
    /// Whether a row is in the slice that is asked for; nil where none is.
    private let isMember: SlicePredicate.Compiled?

    init(_ choice: RowChoice, count: Int, total: Int) {
        self.choice = choice
        self.count = count
        self.total = total
        isMember = choice.request.method == .slice ? choice.predicate?.compiled() : nil
    }

    /// Whether no more rows are needed. Of uncertain ones all that can be had are compared.
    var isDone: Bool { choice.request.method != .uncertainty && found.count >= count }

    /// Looks at the next rows.
    mutating func look(at rows: [DatasetRow], without busy: Set<String>, scores: [String: RowScore]) {
        looked += rows.count
        for row in rows where !busy.contains(row.id) && matches(row, scores[row.id]) {
            fitting += 1
            if isDone { continue }
            found.append(row)
            self.scores[row.id] = scores[row.id]
        }
    }

    private func matches(_ row: DatasetRow, _ score: RowScore?) -> Bool {
        guard let isMember else { return choice.request.method != .slice }
        return isMember { field in
            switch field.scope {
            case .input: row.input[field.name]
            case .context: row.context[field.name]
            case .prediction: score?.outputs[field.name]
            // A row that waits for its label is judged as a live request would be.
            case .label: nil
            }
        } == .true
    }

    /// The share of the part that was looked at.
    private var share: Double { total > 0 ? min(1, Double(looked) / Double(total)) : 1 }

    private var chance: Double {
        fitting > 0 ? share * min(1, Double(found.count) / Double(fitting)) : share
    }

    /// The rows chosen.
    func chosen() -> [ChosenRow] {
        let request = choice.request
        if request.method == .uncertainty { return uncertain() }
        let selection = Selection(
            method: request.method, probability: chance, reason: request.method == .slice ? request.slice : request.reason)
        return found.prefix(count).map { ChosenRow(row: $0, selection: selection) }
    }

    /// The least certain rows, and some at random of the rest, so that what the model is wrongly sure of is seen too.
    private func uncertain() -> [ChosenRow] {
        let wanted = min(count, found.count)
        let atRandom = Int((Double(wanted) * choice.random).rounded(.up))
        let ranked = found.sorted { (scores[$0.id]?.uncertainty ?? 0, $1.id) > (scores[$1.id]?.uncertainty ?? 0, $0.id) }
        let top = Set(ranked.prefix(wanted - atRandom).map(\.id))
        // The rows are in a random order: the first of the rest are a random sample of it.
        let rest = found.filter { !top.contains($0.id) }
        let ofRest = rest.isEmpty ? 0 : Double(atRandom) / Double(rest.count)
        let reason = choice.request.reason
        // Which of the rows looked at are least certain follows from the model: no chance is in that.
        let uncertain = Selection(method: .uncertainty, probability: share, reason: reason)
        let random = Selection(method: .random, probability: share * ofRest, reason: reason)
        return ranked.prefix(top.count).map { ChosenRow(row: $0, selection: uncertain) }
            + rest.prefix(atRandom).map { ChosenRow(row: $0, selection: random) }
    }
}
