/// Whether rows of one block may be found; a row's columns are read once, whatever number of queries asks.
struct RowVerdicts {
    private enum Verdict: UInt8 {
        case unknown, taken, refused
    }

    private let segment: VectorSegment
    private let block: VectorBlock
    private let filter: ColumnFilter?
    private let deleted: Set<Int>
    private let skipped: Set<Int>
    private var known: [Verdict]

    init(segment: VectorSegment, block: VectorBlock, filter: ColumnFilter?, deleted: Set<Int>, skipped: Set<Int>) {
        self.segment = segment
        self.block = block
        self.filter = filter
        self.deleted = deleted
        self.skipped = skipped
        known = filter == nil ? [] : [Verdict](repeating: .unknown, count: block.rows)
    }

    /// - Parameter row: within the block.
    mutating func takes(_ row: Int) -> Bool {
        let position = block.first + row
        if !deleted.isEmpty && deleted.contains(position) || !skipped.isEmpty && skipped.contains(position) { return false }
        guard let filter else { return true }
        if known[row] == .unknown { known[row] = filter.takes(segment, position) ? .taken : .refused }
        return known[row] == .taken
    }
}
