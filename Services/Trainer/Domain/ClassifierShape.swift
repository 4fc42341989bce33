import Contracts

/// The tensors of a classifier that the native recipes can make.
struct ClassifierShape: Sendable, Hashable {
    let input: Interface.Field
    let features: Int
    /// Name of the INT64 output with the answer.
    let label: String
    /// Name of the FP32 output with one probability for each class.
    let probabilities: String

    /// Nil where the interface is not one of such a classifier; ``faults(_:)`` says why.
    init?(_ manifest: CapabilityManifest) {
        let interface = manifest.interface
        guard Self.faults(manifest).isEmpty, let input = interface.inputs.first,
            let label = interface.outputs.first(where: Self.isLabel),
            let probabilities = interface.outputs.first(where: Self.isProbabilities)
        else { return nil }
        self.input = input
        features = input.shape[1]
        self.label = label.name
        self.probabilities = probabilities.name
    }

    /// What keeps the native recipes from serving the manifest's interface.
    static func faults(_ manifest: CapabilityManifest) -> [FieldFault] {
        let interface = manifest.interface
        var faults: [FieldFault] = []
        let isVector = interface.inputs.first.map { $0.datatype == "FP32" && $0.shape.count == 2 && $0.shape[1] > 0 } ?? false
        if interface.inputs.count != 1 || !isVector {
            faults.append(FieldFault("capability", expected: "a capability with one input, FP32 [-1, n]"))
        }
        let probabilities = interface.outputs.first(where: isProbabilities)
        if interface.outputs.count != 2 || !interface.outputs.contains(where: isLabel) || probabilities == nil {
            faults.append(FieldFault("capability", expected: "a capability with two outputs, INT64 [-1] and FP32 [-1, classes]"))
        }
        let width = probabilities?.shape[1] ?? -1
        let choices = manifest.labeling?.choices?.count
        if width < 2, choices == nil {
            faults.append(FieldFault("capability", expected: "a capability that declares labeling.choices or the number of classes"))
        }
        if width > 0, let choices, choices != width {
            faults.append(FieldFault("capability", expected: "a capability with as many probabilities (\(width)) as choices (\(choices))"))
        }
        return faults
    }

    private static func isLabel(_ field: Interface.Field) -> Bool { field.datatype == "INT64" && field.shape.count == 1 }
    private static func isProbabilities(_ field: Interface.Field) -> Bool { field.datatype == "FP32" && field.shape.count == 2 }
}
