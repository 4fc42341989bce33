import Contracts
import Foundation
import Similarity
import Statistics

/// A folder of its own that is deleted with the value.
final class Scratch {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "similarity-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A segment of rows "r0", "r1" and so on.
    func segment(
        _ vectors: [[Float]], _ metric: IndexSpec.Metric = .innerProduct, _ storage: IndexSpec.Storage = .float32, columns: [String] = [],
        prefix: String = "r", values: (Int) -> [JSONValue?] = { _ in [] }
    ) throws -> VectorSegmentWriter.Finished {
        let layout = try VectorLayout(dimension: vectors.first?.count ?? 4, metric: metric, storage: storage, columns: columns)
        let writer = try VectorSegmentWriter(file: folder.appending(path: UUID().uuidString), layout: layout)
        for (index, vector) in vectors.enumerated() { try writer.append(id: "\(prefix)\(index)", vector: vector, columns: values(index)) }
        return try writer.finish()
    }
}

func randomVectors(_ count: Int, _ dimension: Int, seed: UInt64) -> [[Float]] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in (0..<dimension).map { _ in Float(generator.normal()) } }
}

/// The k nearest positions and scores by the definition, in doubles; ties by position.
func bruteForce(_ query: [Float], _ vectors: [[Float]], _ metric: IndexSpec.Metric, k: Int) -> [(row: Int, score: Double)] {
    func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    let scores = vectors.map { vector in
        switch metric {
        case .innerProduct: dot(query, vector)
        case .cosine: dot(query, vector) / (dot(query, query) * dot(vector, vector)).squareRoot()
        case .euclidean: zip(query, vector).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
        }
    }
    let order = scores.indices.sorted { one, other in
        if scores[one] == scores[other] { return one < other }
        return metric == .euclidean ? scores[one] < scores[other] : scores[one] > scores[other]
    }
    return order.prefix(k).map { ($0, scores[$0]) }
}
