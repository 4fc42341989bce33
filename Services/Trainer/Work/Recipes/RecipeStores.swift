import BlobStore
import Contracts

/// What an order needs beside its rows: a transfer's backbone, and the embeddings that are known.
struct RecipeStores: Sendable {
    let blobs: any BlobStore
    let embeddings: EmbeddingStore

    /// Throws ``BlobError`` when there is no such backbone.
    func complete(_ order: RecipeOrder, rows: [DatasetRow]) async throws -> RecipeOrder {
        guard order.recipe == .transfer, let digest = order.parameters["backbone"]?.stringValue.flatMap({ Digest($0) }) else {
            return order
        }
        var order = order
        order.backbone = try await blobs.get(digest)
        let wanted = rows.filter { $0.isLabeled && $0.split != "test" }.map(Embeddings.digest)
        order.embeddings = Embeddings(known: try await embeddings.find(wanted, model: Embeddings.model(of: order)))
        return order
    }

    /// Keeps what was computed for an order, for the next one.
    func keep(_ fitted: FittedRecipe, of order: RecipeOrder) async throws {
        guard !fitted.embeddings.isEmpty else { return }
        try await embeddings.add(
            fitted.embeddings, model: Embeddings.model(of: order), dataset: order.manifest.data.dataset)
    }
}
