import Contracts

/// A version of a model, and which of its outputs are kept.
struct BatchTarget: Sendable, Hashable {
    let capability: String
    let version: Int
    /// As it was declared when the rows were brought.
    let interface: Interface
    /// All outputs when nil.
    let outputNames: [String]?

    /// The outputs to keep, in the order wanted.
    var outputs: [Interface.Field] {
        guard let names = outputNames else { return interface.outputs }
        return names.compactMap { name in interface.outputs.first { $0.name == name } }
    }

    /// Names that columns of the input may not have in the output.
    var reserved: Set<String> { Set(["row", "error"] + outputs.map(\.name)) }
}
