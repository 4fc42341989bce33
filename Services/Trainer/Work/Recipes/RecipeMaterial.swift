import Contracts
import Recipes

/// The rows of an order as features, with what made them.
struct RecipeMaterial: Sendable {
    let graph: FeatureGraph
    let train: FeatureSource
    /// Nil where the split has no row that can be used.
    let validation: FeatureSource?
    /// Embeddings that were computed.
    var embeddings: [Digest: [Float]] = [:]

    /// Rows, by split.
    var counts: [String: Int] {
        var counts = ["train": train.count]
        if let validation { counts["validation"] = validation.count }
        return counts
    }
}
