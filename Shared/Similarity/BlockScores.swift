import Contracts
import Foundation
import LinearAlgebra

/// Scores of a batch of queries against one block: keys of which more is nearer.
///
/// Inner product and cosine are the product itself; the squared distance is |q|^2 - 2 q v + |v|^2, of which 2 q v - |v|^2 orders the rows.
struct BlockScores {
    private let layout: VectorLayout
    private let queries: [Float]
    private let count: Int
    /// queries x rows of a block.
    private(set) var keys: [Float]
    /// Vectors of one block as floats, where they are kept otherwise.
    private var tile: [Float]

    /// - Parameter queries: prepared as the layout's vectors are.
    init(_ queries: [[Float]], layout: VectorLayout) {
        self.layout = layout
        self.queries = Array(queries.joined())
        count = queries.count
        keys = [Float](repeating: 0, count: count * SegmentFormat.blockRows)
        tile = layout.storage == .int8 ? [Float](repeating: 0, count: SegmentFormat.blockRows * layout.dimension) : []
    }

    /// Computes the keys of a block; those of query q are at q times the block's rows.
    mutating func compute(_ block: VectorBlock, of data: Data) {
        data.withUnsafeBytes { bytes in
            switch layout.storage {
            case .float32:
                let vectors = bytes.baseAddress?.advanced(by: block.vectors).assumingMemoryBound(to: Float.self)
                if let vectors { multiply(vectors, rows: block.rows) }
            case .int8:
                widen(bytes, block)
                tile.withUnsafeBufferPointer { if let vectors = $0.baseAddress { multiply(vectors, rows: block.rows) } }
            }
            if layout.metric == .euclidean { subtractSquares(bytes, block) }
        }
    }

    /// keys = queries * vectors', as one product of matrices, or of a matrix and a vector.
    private mutating func multiply(_ vectors: UnsafePointer<Float>, rows: Int) {
        let dimension = layout.dimension
        let alpha: Float = layout.metric == .euclidean ? 2 : 1
        let (queries, count) = (queries, count)
        keys.withUnsafeMutableBufferPointer { keys in
            guard let output = keys.baseAddress else { return }
            if count == 1 {
                Float.gemv(rows: rows, columns: dimension, transposed: false, alpha: alpha, vectors, queries, beta: 0, output)
            } else {
                Float.gemm(
                    GemmShape(m: count, n: rows, k: dimension, transposesB: true), alpha: alpha, queries, vectors, beta: 0, output)
            }
        }
    }

    private mutating func widen(_ bytes: UnsafeRawBufferPointer, _ block: VectorBlock) {
        let dimension = layout.dimension
        tile.withUnsafeMutableBufferPointer { tile in
            for row in 0..<block.rows {
                let scale = bytes.loadUnaligned(fromByteOffset: block.scales + 4 * row, as: Float.self)
                let start = block.vectors + row * dimension
                let values = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + dimension)]).bindMemory(to: Int8.self)
                for column in 0..<dimension { tile[row * dimension + column] = scale * Float(values[column]) }
            }
        }
    }

    private mutating func subtractSquares(_ bytes: UnsafeRawBufferPointer, _ block: VectorBlock) {
        for row in 0..<block.rows {
            let square = bytes.loadUnaligned(fromByteOffset: block.squares + 4 * row, as: Float.self)
            for query in 0..<count { keys[query * block.rows + row] -= square }
        }
    }
}
