import Tensors

/// One row of every input, element by element, so that rows can be mixed.
struct RowElements: Sendable {
    /// Raw bytes of each input's row; empty for texts.
    let raw: [[UInt8]]
    /// Texts of each input's row; empty for numbers.
    let strings: [[[UInt8]]]

    /// A row of tensors that have as many rows.
    init(_ tensors: [Tensor], row: Int) {
        raw = tensors.map { tensor in
            let width = tensor.raw.count / max(1, tensor.rows)
            return Array(tensor.raw[(row * width)..<((row + 1) * width)])
        }
        strings = tensors.map { tensor in
            let width = tensor.strings.count / max(1, tensor.rows)
            return Array(tensor.strings[(row * width)..<((row + 1) * width)])
        }
    }

    /// Zeros and empty texts in the shape of a row.
    init(zerosLike row: RowElements) {
        raw = row.raw.map { $0.map { _ in 0 } }
        strings = row.strings.map { $0.map { _ in [] } }
    }
}
