import Contracts

/// Where a block's sections are in its file.
struct VectorBlock: Sendable {
    /// Numbers of a block in the directory: rows and five places.
    static let entrySize = 6 * 8

    /// Position of the block's first row in the segment.
    let first: Int
    let rows: Int
    let vectors: Int
    let scales: Int
    let squares: Int
    let ids: Int
    let columns: Int

    /// Whether every section lies before a place.
    func isWithin(_ end: Int, _ layout: VectorLayout) -> Bool {
        let offsets = 4 * (rows + 1)
        let floats = 4 * rows
        return (1...SegmentFormat.blockRows).contains(rows) && vectors >= SegmentFormat.headerSize
            && vectors + rows * layout.stride <= scales && scales + (layout.storage == .int8 ? floats : 0) <= squares
            && squares + floats <= ids && ids + offsets <= columns && columns + offsets <= end
    }
}
