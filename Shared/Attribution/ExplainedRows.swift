import Tensors

/// The rows to explain and the background, as tensors and as numbers.
struct ExplainedRows: Sendable {
    let inputs: [Tensor]
    let background: [Tensor]?
    let count: Int

    init(_ inputs: [Tensor], _ options: ExplanationOptions) {
        self.inputs = inputs
        background = options.background
        count = inputs.first?.rows ?? 0
    }

    /// The background has a tensor for each input, of its type and row shape, all with as many rows.
    func checkBackground() throws(ExplanationFault) {
        guard let background else { return }
        guard background.count == inputs.count else { throw ExplanationFault("background must have a tensor for each input") }
        for (one, other) in zip(inputs, background) {
            guard one.datatype == other.datatype, one.shape.dropFirst() == other.shape.dropFirst(), other.rows == background[0].rows,
                other.rows > 0
            else { throw ExplanationFault("background of input \(one.name) must have rows of its datatype and shape") }
        }
    }

    /// All elements of each row, input after input; nil when there are texts.
    var numbers: [[Double]]? { Self.numbers(inputs) }

    /// The same of the background; one row of zeros when there is none.
    var backgroundNumbers: [[Double]]? {
        if let background { return Self.numbers(background) }
        return [[Double](repeating: 0, count: inputs.reduce(0) { $0 + $1.count / max(1, $1.rows) })]
    }

    /// Background rows to mix with a row.
    func backgroundElements(for row: RowElements) -> [RowElements] {
        guard let background else { return [RowElements(zerosLike: row)] }
        return (0..<(background.first?.rows ?? 0)).map { RowElements(background, row: $0) }
    }

    /// Attributions of all rows, each a list of all elements, as one tensor for each input.
    func tensors(_ attributions: [[Double]]) -> [Tensor] {
        var start = 0
        return inputs.map { input in
            let width = input.count / max(1, input.rows)
            defer { start += width }
            let values = attributions.flatMap { $0[start..<(start + width)] }
            return Tensor(name: input.name, datatype: .fp64, shape: input.shape, raw: values.withUnsafeBytes { Array($0) })
        }
    }

    private static func numbers(_ tensors: [Tensor]) -> [[Double]]? {
        let columns = tensors.map(\.doubles)
        let rows = tensors.first?.rows ?? 0
        guard columns.allSatisfy({ $0 != nil }) else { return nil }
        return (0..<rows).map { row in
            columns.flatMap { values in
                let values = values ?? []
                let width = values.count / max(1, rows)
                return values[(row * width)..<((row + 1) * width)]
            }
        }
    }
}
