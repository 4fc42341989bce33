import Contracts

/// What every row of a segment is like.
public struct VectorLayout: Sendable, Hashable {
    /// Numbers of a vector, at most.
    public static let largestDimension = 1 << 16

    public let dimension: Int
    public let metric: IndexSpec.Metric
    public let storage: IndexSpec.Storage
    /// Names of the columns that come with a row.
    public let columns: [String]

    /// Throws ``SimilarityFault`` for a dimension out of 1 to ``largestDimension``.
    public init(
        dimension: Int, metric: IndexSpec.Metric = .cosine, storage: IndexSpec.Storage = .float32, columns: [String] = []
    ) throws(SimilarityFault) {
        guard (1...Self.largestDimension).contains(dimension) else {
            throw SimilarityFault(.input, "a vector must have 1 to \(Self.largestDimension) numbers, not \(dimension)")
        }
        self.dimension = dimension
        self.metric = metric
        self.storage = storage
        self.columns = columns
    }

    /// Bytes of a stored vector.
    var stride: Int { storage == .float32 ? dimension * 4 : dimension }

    /// A vector as it is scored: made one long for the cosine. A zero vector stays: it is near to nothing.
    func prepared(_ vector: [Float]) -> [Float] {
        guard metric == .cosine else { return vector }
        let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return length == 0 ? vector : vector.map { Float(Double($0) / length) }
    }

    /// Throws for a vector of another size, or with a number that is not finite.
    func check(_ vector: [Float], _ name: @autoclosure () -> String) throws(SimilarityFault) {
        guard vector.count == dimension else {
            throw SimilarityFault(.input, "\(name()) must have \(dimension) numbers, not \(vector.count)")
        }
        guard vector.allSatisfy(\.isFinite) else { throw SimilarityFault(.input, "\(name()) must hold finite numbers only") }
    }
}
