import Contracts

/// The slices of a capability.
public struct SliceSet: Sendable, Hashable {
    public let slices: [Slice]

    public init(_ slices: [Slice] = []) { self.slices = slices }

    /// Reads the slices of a manifest that was accepted.
    public init(_ specs: [SliceSpec]?) throws(SliceParseError) {
        var slices: [Slice] = []
        for spec in specs ?? [] { slices.append(try Slice(spec)) }
        self.slices = slices
    }

    public var names: [String] { slices.map(\.name) }

    public subscript(_ name: String) -> Slice? { slices.first { $0.name == name } }

    /// What is wrong with a manifest's slices, every fault at once: texts that are no predicate, fields that the interface lacks.
    public static func faults(of specs: [SliceSpec]?, interface: Interface) -> [FieldFault] {
        (specs ?? []).enumerated().flatMap { index, spec in
            let live = spec.live.map { faults(of: $0, at: "slices[\(index)].live", interface) } ?? []
            return faults(of: spec.where, at: "slices[\(index)].where", interface) + live
        }
    }

    private static func faults(of text: String, at place: String, _ interface: Interface) -> [FieldFault] {
        do throws(SliceParseError) {
            return try SlicePredicate(text).fields.compactMap { field in
                expectation(of: field, interface).map { FieldFault(place, expected: "\($0), not \(field)") }
            }
        } catch {
            return [error.fault(place)]
        }
    }

    /// What the field should have been; nil when it is sound.
    private static func expectation(of field: SliceField, _ interface: Interface) -> String? {
        switch field.scope {
        case .label: nil
        case .context: (interface.context ?? []).contains { $0.name == field.name } ? nil : "a context field of the interface"
        case .prediction: interface.outputs.contains { $0.name == field.name } ? nil : "an output of the interface"
        case .input: expectation(ofInput: field, interface)
        }
    }

    private static func expectation(ofInput field: SliceField, _ interface: Interface) -> String? {
        guard let input = interface.inputs.first(where: { $0.name == field.name }) else { return "an input of the interface" }
        let dimensions = input.shape.dropFirst()
        let isList = !dimensions.isEmpty && dimensions != [1]
        if field.index == nil { return isList ? "an element, as \(field)[0]" : nil }
        guard let index = field.index, !dimensions.contains(where: { $0 < 0 }) else { return nil }
        let size = dimensions.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
        return index < max(size, 1) ? nil : "a position below \(size)"
    }
}
