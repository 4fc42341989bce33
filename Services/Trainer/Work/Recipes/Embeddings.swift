import Contracts

/// Embeddings of rows by a backbone, by the digest of a row's inputs.
struct Embeddings: Sendable {
    private(set) var known: [Digest: [Float]] = [:]
    /// Those that were computed since.
    private(set) var computed: [Digest: [Float]] = [:]

    init(known: [Digest: [Float]] = [:]) {
        self.known = known
    }

    subscript(_ row: Digest) -> [Float]? { known[row] ?? computed[row] }

    mutating func add(_ embedding: [Float], of row: Digest) {
        computed[row] = embedding
    }

    /// What a row's embedding is kept under.
    static func digest(of row: DatasetRow) -> Digest { Digest(of: JSONValue.object(row.input).canonical) }

    /// What all embeddings of an order are kept under: the backbone, and what becomes of the inputs before it.
    static func model(of order: RecipeOrder) -> Digest {
        let names = ["backbone", "backboneOutput", "imageSize", "imageMeans", "imageDeviations"]
        let parts = order.parameters.filter { names.contains($0.key) }
        return Digest(of: JSONValue.object(parts).canonical)
    }
}
