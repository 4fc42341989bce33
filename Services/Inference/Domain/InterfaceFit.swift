import Contracts

/// Whether a model is what its interface says: else every request would fail in the engine.
enum InterfaceFit {
    /// What a model takes or gives.
    struct Port: Sendable, Hashable {
        let name: String
        /// Nil for what is no tensor, or of a type that the protocol lacks.
        let datatype: String?
        /// -1 is a dimension that is not fixed; empty where the model does not say, and for a scalar.
        let shape: [Int]
    }

    /// The first thing that does not fit, as a sentence; nil when all does.
    static func fault(_ interface: Interface, inputs: [Port], outputs: [Port]) -> String? {
        for field in interface.inputs {
            if let fault = fault(field, among: inputs, kind: "input") { return fault }
        }
        let declared = Set(interface.inputs.map(\.name))
        if let port = inputs.first(where: { !declared.contains($0.name) }) {
            return "the model has the input \(port.name), which the interface does not declare"
        }
        for field in interface.outputs {
            if let fault = fault(field, among: outputs, kind: "output") { return fault }
        }
        return nil
    }

    private static func fault(_ field: Interface.Field, among ports: [Port], kind: String) -> String? {
        guard let port = ports.first(where: { $0.name == field.name }) else {
            let names = ports.map(\.name).joined(separator: ", ")
            return "the interface declares the \(kind) \(field.name), which the model does not have; its \(kind)s are \(names)"
        }
        guard let datatype = port.datatype else {
            return "\(kind) \(field.name) of the model is no tensor of a datatype of the protocol"
        }
        guard datatype == field.datatype else {
            return "\(kind) \(field.name) has the datatype \(datatype) in the model and \(field.datatype) in the interface"
        }
        let fits = port.shape.isEmpty || fits(port.shape, field.shape, isInput: kind == "input")
        return fits ? nil : "\(kind) \(field.name) has the shape \(port.shape) in the model and \(field.shape) in the interface"
    }

    /// Of an input the model has to take every size that the interface lets in; of an output it may give a narrower one.
    private static func fits(_ model: [Int], _ declared: [Int], isInput: Bool) -> Bool {
        model.count == declared.count && zip(model, declared).allSatisfy { $0 == -1 || $0 == $1 || ($1 == -1 && !isInput) }
    }
}
