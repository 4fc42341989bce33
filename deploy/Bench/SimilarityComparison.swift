import Contracts
import Foundation
import LinearAlgebra
import Similarity
import Statistics

/// The same random vectors as a segment of floats, a segment of bytes, and a plain matrix.
final class SimilarityComparison {
    private static let nearest = 10

    private let rows: Int
    private let dimension: Int
    private let matrix: [Float]
    private let float32: VectorSearch
    private let int8: VectorSearch
    private let folder: URL

    init(rows: Int, dimension: Int) throws {
        self.rows = rows
        self.dimension = dimension
        folder = FileManager.default.temporaryDirectory.appending(path: "bench-similarity-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        matrix = Self.random(rows * dimension, seed: 1)
        float32 = try Self.search(matrix, dimension, .float32, in: folder)
        int8 = try Self.search(matrix, dimension, .int8, in: folder)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// One line for each way of keeping vectors.
    func lines(queries count: Int, rounds: Int) throws -> [String] {
        let flat = Self.random(count * dimension, seed: 2)
        let queries = (0..<count).map { Array(flat[($0 * dimension)..<(($0 + 1) * dimension)]) }
        var scores = [Float](repeating: 0, count: count * rows)
        return try [("float32", float32), ("int8", int8)].map { name, search in
            let timed = try Interleaved(rounds: rounds, repetitions: 1) {
                _ = try search.nearest(queries, k: Self.nearest)
            } _: {
                product(flat, count, &scores)
            }
            return timed.line("\(name), \(count) queries at once", other: "bare product")
        }
    }

    /// The share of float32's nearest rows that int8 finds.
    func recall(queries count: Int) throws -> String {
        let flat = Self.random(count * dimension, seed: 3)
        let queries = (0..<count).map { Array(flat[($0 * dimension)..<(($0 + 1) * dimension)]) }
        let pairs = zip(try float32.nearest(queries, k: Self.nearest), try int8.nearest(queries, k: Self.nearest))
        let found = pairs.reduce(0) { $0 + Set($1.0.map(\.id)).intersection($1.1.map(\.id)).count }
        return (Double(found) / Double(count * Self.nearest)).formatted(.percent.precision(.fractionLength(1)))
    }

    private func product(_ queries: [Float], _ count: Int, _ scores: inout [Float]) {
        scores.withUnsafeMutableBufferPointer { output in
            guard let output = output.baseAddress else { return }
            if count == 1 {
                Float.gemv(rows: rows, columns: dimension, transposed: false, alpha: 1, matrix, queries, beta: 0, output)
            } else {
                Float.gemm(GemmShape(m: count, n: rows, k: dimension, transposesB: true), alpha: 1, queries, matrix, beta: 0, output)
            }
        }
    }

    private static func random(_ count: Int, seed: UInt64) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Float(generator.uniform() + generator.uniform() + generator.uniform() - 1.5) }
    }

    private static func search(_ matrix: [Float], _ dimension: Int, _ storage: IndexSpec.Storage, in folder: URL) throws -> VectorSearch {
        let file = folder.appending(path: storage.rawValue)
        let writer = try VectorSegmentWriter(file: file, layout: try VectorLayout(dimension: dimension, storage: storage))
        for row in 0..<(matrix.count / dimension) {
            try writer.append(id: "row-\(row)", vector: Array(matrix[(row * dimension)..<((row + 1) * dimension)]))
        }
        return try VectorSearch([try VectorSegment(file: try writer.finish().file)])
    }
}
