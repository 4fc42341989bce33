import Contracts
import Slices

/// A predicate over a segment's columns, in the grammar of slices with the scope `context`.
public struct ColumnFilter: Sendable {
    public let predicate: SlicePredicate
    private let compiled: SlicePredicate.Compiled
    private let places: [String: Int]

    /// Throws ``SimilarityFault`` for a field that is no column.
    public init(_ predicate: SlicePredicate, columns: [String]) throws(SimilarityFault) {
        for field in predicate.fields where field.scope != .context || !columns.contains(field.name) {
            let known = columns.map { "context.\($0)" }.joined(separator: ", ")
            throw SimilarityFault(.input, "the filter must read columns of the index (\(known)), not \(field)")
        }
        self.predicate = predicate
        compiled = predicate.compiled()
        places = Dictionary(columns.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// Whether the predicate is true of a row.
    func takes(_ segment: VectorSegment, _ row: Int) -> Bool {
        compiled { field in places[field.name].flatMap { segment.column(row, $0) } } == .true
    }
}
