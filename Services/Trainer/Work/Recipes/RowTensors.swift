import Contracts
import Evaluation
import Tensors

/// Rows as the tensors that a model takes, batch by batch.
enum RowTensors {
    static let batch = 256

    /// Throws ``EvaluationError`` for a row that does not fit, and what the body throws.
    static func each(_ rows: [DatasetRow], _ interface: Interface, _ body: (Range<Int>, [Tensor]) throws -> Void) throws {
        for start in stride(from: 0, to: rows.count, by: batch) {
            try Task.checkCancellation()
            let range = start..<min(start + batch, rows.count)
            try body(range, try InputBatch.tensors(rows[range], interface: interface))
        }
    }
}
