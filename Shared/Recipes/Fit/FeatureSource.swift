import LinearAlgebra

/// Where a fit's rows are.
public enum FeatureSource: Sendable {
    case memory(FeatureRows)
    case file(FeatureFile)

    public var count: Int {
        switch self {
        case .memory(let rows): rows.count
        case .file(let file): file.count
        }
    }

    /// Whether the rows are to be read block by block.
    public var isStreamed: Bool {
        if case .file = self { true } else { false }
    }

    /// All rows in memory. Throws what reading throws.
    func rows() throws -> FeatureRows {
        switch self {
        case .memory(let rows): return rows
        case .file(let file): return try file.rows(0..<file.count)
        }
    }

    /// Some rows spread evenly over all, for measures that need not see each.
    func sample(_ count: Int) throws -> FeatureRows {
        switch self {
        case .memory(let rows): return rows.spread(count)
        case .file(let file): return try file.rows(0..<min(file.count, count * 4)).spread(count)
        }
    }

    /// The rows as blocks; rows in memory are one, so that every epoch puts all of them in another order.
    func blocks() throws -> RowBlocks {
        switch self {
        case .memory(let rows):
            return try RowBlocks(features: rows.features, labels: rows.labels, weights: rows.weights, size: max(1, rows.count))
        case .file(let file):
            return RowBlocks(count: file.blockCount) { index in
                let rows = try file.rows(file.block(index))
                return RowBlock(features: rows.features, labels: rows.labels, weights: rows.weights)
            }
        }
    }
}
