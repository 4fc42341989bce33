import Tensors

/// The numbers of the output that is explained, row by row.
struct OutputColumns: Sendable {
    private let values: [Double]
    let width: Int

    init(_ outputs: [Tensor], name: String, rows: Int) throws(ExplanationFault) {
        guard let tensor = outputs.first(where: { $0.name == name }) else { throw ExplanationFault("there is no output \(name)") }
        guard let values = tensor.doubles else { throw ExplanationFault("output \(name) holds texts, which cannot be explained") }
        guard rows > 0, tensor.rows == rows, !values.isEmpty else {
            throw ExplanationFault(
                "output \(name) has the shape \(tensor.shape), which is not one row for each of the \(rows) of the inputs")
        }
        self.values = values
        width = values.count / rows
    }

    func row(_ index: Int) -> [Double] { Array(values[(index * width)..<((index + 1) * width)]) }

    /// One column of all rows.
    func column(_ target: Int) -> [Double] { stride(from: target, to: values.count, by: width).map { values[$0] } }

    /// The column that is explained: the one asked for, else the largest of the row.
    func target(of row: Int, asked: Int?) throws(ExplanationFault) -> Int {
        if let asked {
            guard (0..<width).contains(asked) else { throw ExplanationFault("target must be a column of the output, 0 to \(width - 1)") }
            return asked
        }
        let values = self.row(row)
        return values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
    }
}
