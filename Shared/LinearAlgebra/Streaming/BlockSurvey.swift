/// What one pass over the blocks tells before a fit: that all rows are sound, how many there are, what they weigh, and their scale.
struct BlockSurvey {
    let rows: Int
    /// The mean weight of a row.
    let meanWeight: Double
    let moments: FeatureMoments

    /// Blocks without rows are passed over; `columns` is nil where the first block says it.
    init(_ blocks: RowBlocks, classes: Int, columns: Int? = nil) throws {
        guard classes > 1 else { throw TrainingError.invalid(option: "classes", expected: "at least 2") }
        var moments = columns.map { FeatureMoments(columns: $0) }
        var total = 0.0
        for index in 0..<blocks.count {
            try Task.checkCancellation()
            let block = try blocks.block(index)
            guard block.features.rows > 0 else { continue }
            var sums = moments ?? FeatureMoments(columns: block.features.columns)
            try block.check(index: index, firstRow: sums.rows, columns: sums.means.count, classes: classes)
            sums.add(block.features)
            total += block.rowWeights.reduce(0, +)
            moments = sums
        }
        guard let moments, moments.rows > 0, !moments.means.isEmpty else { throw TrainingError.empty }
        guard total > 0 else { throw TrainingError.invalid(option: "weights", expected: "not all 0") }
        guard moments.squares.allSatisfy(\.isFinite) else {
            throw TrainingError.invalid(option: "features", expected: "small enough to be squared")
        }
        self.moments = moments
        rows = moments.rows
        meanWeight = total / Double(moments.rows)
    }
}
