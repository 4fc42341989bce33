import Tensors

/// Computes features of rows.
public struct FeatureExtractor: Sendable {
    /// Nil where the input's elements are the features.
    let run: GraphEngine.Run?
    let output: String

    /// The features of some rows, row-major; a tensor for each input. Throws what the engine throws.
    public func features(_ tensors: [Tensor]) throws -> [Float] {
        guard let run else { return tensors[0].elements(as: Float.self) }
        return try run(tensors, output).elements(as: Float.self)
    }
}
