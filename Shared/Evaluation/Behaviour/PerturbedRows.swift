import Contracts
import Tensors

/// Rows of a test with one input changed in one way.
struct PerturbedRows {
    let way: PerturbationWay
    let inputs: InputTable
    /// Places, among the rows that were given, of those that are not as they were: the others would agree in any case, so they do not count.
    let changed: [Int]

    /// Throws ``EvaluationError`` where the perturbation does not fit the input.
    init(
        _ way: PerturbationWay, _ perturbation: Perturbation, _ rows: InputTable, interface: Interface
    ) throws {
        let field = try Self.field(of: perturbation, interface)
        var flags: [Bool] = []
        inputs = try rows.mapping(field.name) { tensor in
            let result = try way.apply(to: tensor, field: field, first: flags.count)
            flags += result.changed
            return result.tensor
        }
        changed = flags.indices.filter { flags[$0] }
        self.way = way
    }

    private static func field(of perturbation: Perturbation, _ interface: Interface)
        throws(EvaluationError) -> Interface.Field
    {
        let names = interface.inputs.map(\.name).joined(separator: ", ")
        if let name = perturbation.input {
            guard let field = interface.inputs.first(where: { $0.name == name }) else {
                throw .manifest("there is no input \(name) to perturb; the inputs are \(names)")
            }
            return field
        }
        guard interface.inputs.count == 1 else {
            throw .manifest("perturb.input must say which of \(names) is meant")
        }
        return interface.inputs[0]
    }
}
