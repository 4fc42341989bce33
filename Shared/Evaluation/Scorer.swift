import Contracts
import OnnxRuntime
import Tensors

/// A model made ready to answer rows of a dataset.
public struct Scorer: Sendable {
    private let session: Session
    private let interface: Interface
    private let labels: LabelSet?

    /// Loads a model and holds its tensors against the interface's.
    public init(runtime: Runtime, model: [UInt8], interface: Interface, labels: LabelSet?) throws {
        session = try Session(runtime: runtime, model: model)
        self.interface = interface
        self.labels = labels
        try Self.check(interface.inputs, session.inputs, "input")
        try Self.check(interface.outputs, session.outputs, "output")
    }

    /// What the model says of each row.
    public func predictions(of rows: [DatasetRow]) throws -> Predictions { try predictions(InputTable(rows, interface: interface)) }

    /// What the model says of each row of tensors.
    func predictions(_ inputs: InputTable) throws -> Predictions {
        var answers = Answers()
        for batch in inputs.batches {
            let rows = batch.first?.rows ?? 0
            let outputs = try session.run(batch, outputs: interface.outputs.map(\.name))
            for tensor in outputs where tensor.rows != rows {
                throw EvaluationError.model("output \(tensor.name) has \(tensor.rows) rows for \(rows)")
            }
            try read(outputs, rows: rows, into: &answers)
        }
        return answers.predictions
    }

    /// Answers of batch after batch.
    private struct Answers {
        var classes: [Int] = []
        var probabilities: [Double] = []
        var numbers: [Double] = []
        var texts: [String] = []
        var outputs: [String: [JSONValue]] = [:]

        var predictions: Predictions {
            Predictions(classes: classes, probabilities: probabilities, numbers: numbers, texts: texts, outputs: outputs)
        }
    }

    private func read(_ tensors: [Tensor], rows: Int, into answers: inout Answers) throws(EvaluationError) {
        for tensor in tensors where tensor.count == rows {
            answers.outputs[tensor.name, default: []].append(contentsOf: tensor.jsonElements)
        }
        guard let labels else { return try readFree(tensors, into: &answers) }
        let probabilities = probabilities(tensors, rows, labels)
        let classes = try classes(tensors, labels) ?? Self.best(probabilities, labels.count)
        guard classes.count == rows else { throw .model("it gives neither one answer nor \(labels.count) probabilities for each row") }
        answers.classes += classes
        answers.probabilities += probabilities
    }

    /// Numbers, or else texts, of a capability without choices.
    private func readFree(_ tensors: [Tensor], into answers: inout Answers) throws(EvaluationError) {
        if let field = interface.outputs.first(where: \.isNumber), let numbers = tensors.first(where: { $0.name == field.name })?.doubles {
            answers.numbers += numbers
        } else if let field = interface.outputs.first(where: { $0.datatype == "BYTES" && $0.isAnswer }),
            let texts = tensors.first(where: { $0.name == field.name })?.jsonElements
        {
            answers.texts += texts.map { $0.stringValue ?? "" }
        } else {
            throw .manifest("neither choices nor an output with one number or text for each row are declared")
        }
    }

    private func probabilities(_ tensors: [Tensor], _ rows: Int, _ labels: LabelSet) -> [Double] {
        let names = interface.outputs.filter(\.isProbabilities).map(\.name)
        return tensors.first { names.contains($0.name) && $0.shape == [rows, labels.count] }?.doubles ?? []
    }

    /// Nil where no output holds an answer for each row.
    private func classes(_ tensors: [Tensor], _ labels: LabelSet) throws(EvaluationError) -> [Int]? {
        guard let field = interface.outputs.first(where: \.isAnswer), let tensor = tensors.first(where: { $0.name == field.name }) else {
            return nil
        }
        let codes = Dictionary(labels.codes.enumerated().map { ($1, $0) }) { first, _ in first }
        var classes: [Int] = []
        for answer in tensor.jsonElements {
            guard let position = answer.integerValue.map({ codes[$0] }) ?? labels.position(of: answer) else {
                throw .model("output \(field.name) says \(String(decoding: answer.canonical, as: UTF8.self)), which is none of the choices")
            }
            classes.append(position)
        }
        return classes
    }

    /// The most probable class of each row; the first of equals.
    private static func best(_ probabilities: [Double], _ width: Int) -> [Int] {
        stride(from: 0, to: probabilities.count, by: width).map { start in
            var best = start
            for index in start..<(start + width) where probabilities[index] > probabilities[best] { best = index }
            return best - start
        }
    }

    private static func check(_ fields: [Interface.Field], _ ports: [Session.Port], _ side: String) throws(EvaluationError) {
        for field in fields {
            guard let port = ports.first(where: { $0.name == field.name }) else {
                throw .model("it has no \(side) \(field.name); it has \(ports.map(\.name).joined(separator: ", "))")
            }
            guard port.datatype?.rawValue == field.datatype else {
                throw .model("its \(side) \(field.name) is \(port.datatype?.rawValue ?? "no tensor"), not \(field.datatype)")
            }
        }
        if side == "input", let extra = ports.first(where: { port in !fields.contains { $0.name == port.name } }) {
            throw .model("it wants an input \(extra.name), which the interface does not have")
        }
    }
}
