import Contracts
import Recipes

/// A fitted model, with what it was fitted to.
struct FittedRecipe: Sendable {
    let fitted: FittedModel
    /// What becomes of the inputs, for a reader.
    let preprocessing: [String]
    /// Rows used, by split.
    let rows: [String: Int]
    /// Embeddings that were computed for it.
    var embeddings: [Digest: [Float]] = [:]

    var model: [UInt8] { fitted.model }
    var loss: Double { fitted.loss }
}
