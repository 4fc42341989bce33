import Contracts
import OnnxRuntime
import Tensors

/// One number for each row of an output: the output itself, or the probability of one class.
struct OutputColumn {
    private let output: String
    private let `class`: JSONValue?
    private let labels: LabelSet?

    init(_ expectation: Expectation, labels: LabelSet?) {
        output = expectation.output
        self.class = expectation.class
        self.labels = labels
    }

    /// The numbers of all rows. Throws ``EvaluationError`` where the output has no such number, ``EngineError`` where the model does not run.
    func values(of rows: InputTable, _ session: Session) throws -> [Double] {
        guard session.outputs.contains(where: { $0.name == output }) else {
            throw EvaluationError.manifest(
                "there is no output \(output); the outputs are \(session.outputs.map(\.name).joined(separator: ", "))"
            )
        }
        return try rows.batches.flatMap { batch in
            let answers = try session.run(batch, outputs: [output])
            guard let tensor = answers.first, let values = tensor.doubles else {
                throw EvaluationError.manifest("output \(output) holds no numbers")
            }
            return try pick(values, rows: batch.first?.rows ?? 0)
        }
    }

    private func pick(_ values: [Double], rows: Int) throws(EvaluationError) -> [Double] {
        guard rows > 0, values.count % rows == 0 else {
            throw .model("output \(output) has \(values.count) values for \(rows) rows")
        }
        let width = values.count / rows
        guard let `class` else {
            guard width == 1 else {
                throw .manifest(
                    "output \(output) has \(width) numbers for each row: expect.class must say which is meant"
                )
            }
            return values
        }
        guard let labels, labels.count == width, let place = labels.position(of: `class`) else {
            throw .manifest(
                "output \(output) has no probability of class \(String(decoding: `class`.canonical, as: UTF8.self)): \(width) for each row"
            )
        }
        return stride(from: place, to: values.count, by: width).map { values[$0] }
    }
}
