/// When a version writes all its rows anew instead of a segment on top of others.
enum Compaction {
    /// A reader opens every segment.
    static let mostSegments = 16
    /// Rows that were replaced cost reading as well.
    static let mostRowsForOne = 4
    /// Below this many rows waste does not matter.
    static let smallestWaste = 10_000

    static func isDue(segments: Int, writtenRows: Int, rows: Int) -> Bool {
        segments > mostSegments || (writtenRows > smallestWaste && writtenRows > mostRowsForOne * rows)
    }
}
