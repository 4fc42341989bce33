/// Each feature's mean and deviation over blocks of rows, found in one pass.
public struct BlockMoments: Sendable {
    /// A constant feature is divided by 1.
    public let standardization: Standardization
    public let rows: Int

    /// Throws TrainingError where there are no rows, rows of different lengths, or numbers that are not finite.
    public init(_ blocks: RowBlocks) throws {
        var moments: FeatureMoments?
        for index in 0..<blocks.count {
            try Task.checkCancellation()
            let features = try blocks.block(index).features
            guard features.rows > 0 else { continue }
            var sums = moments ?? FeatureMoments(columns: features.columns)
            guard features.columns == sums.means.count else {
                throw TrainingError.lengths(expected: sums.means.count, found: features.columns, of: "a row of block \(index)")
            }
            if let row = features.firstRowNotFinite { throw TrainingError.notFinite(row: sums.rows + row) }
            sums.add(features)
            moments = sums
        }
        guard let moments, !moments.means.isEmpty else { throw TrainingError.empty }
        standardization = moments.standardization
        rows = moments.rows
    }
}
