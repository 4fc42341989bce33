import Contracts
import Slices

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

    /// The rows that may be asked for, the unlabeled ones first: each part is used up before the next.
    ///
    /// - Parameter slice: the slice of the request, with the predicate that the dataset service knows it by.
    func parts(_ slice: Slice?) -> [DatasetPart] {
        // The dataset service tells a slice for this only where it asks what a live request would be asked.
        let isTheirs =
            slice.map { $0.where == predicate && !$0.where.fields.contains { [.label, .prediction].contains($0.scope) } } ?? false
        return [false, true].map { DatasetPart(split: split, isLabeled: $0, slice: isTheirs ? slice?.name : nil) }
    }
}
