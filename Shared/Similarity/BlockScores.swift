import Contracts
import Foundation
import LinearAlgebra

/// Scores of a batch of queries against one block: keys of which more is nearer.
///
/// Inner product and cosine are the product itself; the squared distance is |q|^2 - 2 q v + |v|^2, of which 2 q v - |v|^2 orders the rows.
struct BlockScores {
    /// Rows that are widened to floats at once: few enough to stay in a core's cache until they are multiplied.
    private static let tileRows = 128

    private let layout: VectorLayout
    private let product: Product
    private let count: Int
    /// queries x rows of a block.
    private(set) var keys: [Float]
    /// Some vectors as floats, and their products with the queries, where vectors are kept otherwise.
    private var tile: [Float]
    private var products: [Float]

    /// - Parameter queries: prepared as the layout's vectors are.
    init(_ queries: [[Float]], layout: VectorLayout) {
        self.layout = layout
        count = queries.count
        product = Product(
            queries: Array(queries.joined()), count: queries.count, dimension: layout.dimension,
            factor: layout.metric == .euclidean ? 2 : 1)
        keys = [Float](repeating: 0, count: count * SegmentFormat.blockRows)
        let rows = layout.storage == .int8 ? Self.tileRows : 0
        tile = [Float](repeating: 0, count: rows * layout.dimension)
        products = [Float](repeating: 0, count: rows * count)
    }

    /// Computes the keys of a block; those of query q are at q times the block's rows.
    mutating func compute(_ block: VectorBlock, of data: Data) {
        data.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            switch layout.storage {
            case .float32:
                // Sections start at multiples of 64 bytes, and the file at a page.
                let vectors = start.advanced(by: block.vectors).assumingMemoryBound(to: Float.self)
                keys.withUnsafeMutableBufferPointer { [product] keys in
                    if let output = keys.baseAddress { product.multiply(vectors, rows: block.rows, into: output) }
                }
            case .int8:
                for first in stride(from: 0, to: block.rows, by: Self.tileRows) {
                    widen(start, block, first, min(Self.tileRows, block.rows - first))
                }
            }
            if layout.metric == .euclidean { subtractSquares(bytes, block) }
        }
    }

    /// queries * vectors', as one product of matrices, or of a matrix and a vector.
    private struct Product {
        let queries: [Float]
        let count: Int
        let dimension: Int
        /// 2 for the squared distance, else 1.
        let factor: Float

        func multiply(_ vectors: UnsafePointer<Float>, rows: Int, into output: UnsafeMutablePointer<Float>) {
            if count == 1 {
                Float.gemv(rows: rows, columns: dimension, transposed: false, alpha: factor, vectors, queries, beta: 0, output)
            } else {
                Float.gemm(
                    GemmShape(m: count, n: rows, k: dimension, transposesB: true), alpha: factor, queries, vectors, beta: 0, output)
            }
        }
    }

    /// Keys of some rows of bytes. The row's scale is a factor of its keys: it is taken once, not for each number.
    private mutating func widen(_ bytes: UnsafeRawPointer, _ block: VectorBlock, _ first: Int, _ rows: Int) {
        let numbers = rows * layout.dimension
        let values = bytes.advanced(by: block.vectors + first * layout.dimension).assumingMemoryBound(to: Int8.self)
        let scales = bytes.advanced(by: block.scales + 4 * first).assumingMemoryBound(to: Float.self)
        let (count, blockRows) = (count, block.rows)
        tile.withUnsafeMutableBufferPointer { tile in
            guard let output = tile.baseAddress else { return }
            for index in 0..<numbers { output[index] = Float(values[index]) }
        }
        let product = product
        tile.withUnsafeBufferPointer { tile in
            products.withUnsafeMutableBufferPointer { products in
                if let vectors = tile.baseAddress, let output = products.baseAddress { product.multiply(vectors, rows: rows, into: output) }
            }
        }
        for query in 0..<count {
            for row in 0..<rows { keys[query * blockRows + first + row] = scales[row] * products[query * rows + row] }
        }
    }

    private mutating func subtractSquares(_ bytes: UnsafeRawBufferPointer, _ block: VectorBlock) {
        for row in 0..<block.rows {
            let square = bytes.loadUnaligned(fromByteOffset: block.squares + 4 * row, as: Float.self)
            for query in 0..<count { keys[query * block.rows + row] -= square }
        }
    }
}
