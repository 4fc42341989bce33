import Tensors

/// Embeddings out of a model's outputs.
enum Embeddings {
    /// One vector a row. Throws ``BatchFailure`` for an output that holds something else.
    static func rows(_ outputs: [Tensor], named name: String, rows: Int) throws(BatchFailure) -> [[Float]] {
        guard let tensor = outputs.first(where: { $0.name == name }), tensor.datatype == .fp32, tensor.shape.count == 2,
            tensor.rows == rows, tensor.count > 0
        else { throw BatchFailure("The output \(name) holds no embeddings: it must be FP32 of shape [-1, n].") }
        let numbers = tensor.elements(as: Float.self)
        let width = tensor.shape[1]
        return (0..<rows).map { Array(numbers[($0 * width)..<(($0 + 1) * width)]) }
    }
}
