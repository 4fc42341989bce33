/// Rows that are loaded block by block; a streaming fit holds one block at a time and asks for each several times.
public struct RowBlocks {
    public let count: Int
    private let load: (Int) throws -> RowBlock

    /// `load` gives block 0 ..< count, with the same rows each time; what it throws ends the fit and is passed on.
    public init(count: Int, load: @escaping (_ index: Int) throws -> RowBlock) {
        self.count = count
        self.load = load
    }

    /// Rows in memory, cut into blocks of `size` rows, the last with what is left.
    public init(features: Matrix<Double>, labels: [Int] = [], weights: [Double]? = nil, size: Int) throws(TrainingError) {
        guard size > 0 else { throw .invalid(option: "size", expected: "above 0") }
        guard labels.isEmpty || labels.count == features.rows else {
            throw .lengths(expected: features.rows, found: labels.count, of: "labels")
        }
        if let weights, weights.count != features.rows {
            throw .lengths(expected: features.rows, found: weights.count, of: "weights")
        }
        self.init(count: (features.rows + size - 1) / size) { index in
            let rows = Array(index * size..<min((index + 1) * size, features.rows))
            return RowBlock(
                features: features.picking(rows), labels: labels.isEmpty ? [] : rows.map { labels[$0] },
                weights: weights.map { all in rows.map { all[$0] } })
        }
    }

    func block(_ index: Int) throws -> RowBlock {
        try load(index)
    }
}
