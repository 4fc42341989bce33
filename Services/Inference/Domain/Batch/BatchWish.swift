import Contracts

/// Rules of what may be asked of batch inference.
enum BatchWish {
    /// Throws a fault that names the member which is not as it should be.
    static func check(_ asked: NewBatchJob) throws(Problem) {
        guard Names.isName(asked.capability) else { throw fault("capability", Names.expectation) }
        let input = asked.input
        guard (input.dataset == nil) != (input.file == nil) else { throw fault("input", "a dataset or a file, and not both") }
        if input.file != nil, input.version != nil || input.split != nil { throw fault("input", "no version and no split with a file") }
        if let dataset = input.dataset, !Names.isName(dataset) { throw fault("input.dataset", Names.expectation) }
        if let version = input.version, !(1...Int(Int32.max)).contains(version) {
            throw fault("input.version", "the number of a dataset version")
        }
        if let split = input.split, Split(rawValue: split) == nil { throw fault("input.split", "train, validation or test") }
        if let outputs = asked.outputs, outputs.isEmpty || Set(outputs).count != outputs.count {
            throw fault("outputs", "names of outputs, each once; leave it away for all")
        }
    }

    /// Throws a fault unless the model's tensors can be rows of a table.
    static func check(_ asked: NewBatchJob, _ interface: Interface, isField: (Interface.Field) -> Bool) throws(Problem) {
        for name in asked.outputs ?? [] where !interface.outputs.contains(where: { $0.name == name }) {
            throw fault("outputs", "names of outputs, which are \(interface.outputs.map(\.name).joined(separator: ", ")), not \(name)")
        }
        for field in interface.inputs where !isField(field) {
            throw Problem(
                .unprocessable,
                "Input \(field.name) cannot be read from rows of a table: batch jobs take inputs with at most one variable size a row."
            )
        }
    }

    private static func fault(_ field: String, _ expected: String) -> Problem {
        Problem(.invalidField, errors: [FieldFault(field, expected: expected)])
    }
}
