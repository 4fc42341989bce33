import Contracts
import Recipes

/// What a recipe's model gives, by the names of the capability's outputs.
enum RecipeShape: Sendable, Hashable {
    /// INT64 `[-1]` and FP32 `[-1, classes]`.
    case classes(label: String, probabilities: String)
    case number(NumberPort)
    case segments(SegmentPorts)
    case factors(FactorPorts)

    /// Nil where the recipe cannot make the capability's outputs; ``faults(_:_:_:)`` says why.
    init?(_ recipe: Recipe, _ parameters: [String: JSONValue], _ manifest: CapabilityManifest) {
        let outputs = manifest.interface.outputs
        guard Self.faults(recipe, parameters, manifest).isEmpty else { return nil }
        let label = outputs.first(where: \.isWholeNumber)
        let table = outputs.first(where: \.isTable)
        let number = outputs.first(where: \.isNumber).map { NumberPort(name: $0.name, isColumn: $0.shape.count == 2) }
        switch recipe {
        case .ridgeRegression: self = .number(number ?? NumberPort(name: "", isColumn: false))
        case .boostedTrees where outputs.count == 1: self = .number(number ?? NumberPort(name: "", isColumn: false))
        case .kMeans: self = .segments(SegmentPorts(segment: label?.name ?? "", distances: table?.name))
        case .matrixFactorization:
            guard let ports = FactorPorts(manifest.interface) else { return nil }
            self = .factors(ports)
        default: self = .classes(label: label?.name ?? "", probabilities: table?.name ?? "")
        }
    }

    /// What keeps the recipe from serving the manifest's interface.
    static func faults(_ recipe: Recipe, _ parameters: [String: JSONValue], _ manifest: CapabilityManifest) -> [FieldFault] {
        let outputs = manifest.interface.outputs
        switch recipe {
        case .matrixFactorization:
            return FactorPorts(manifest.interface) == nil ? [FieldFault("capability", expected: FactorPorts.expectation)] : []
        case .kMeans:
            return inputFaults(parameters, manifest) + segmentFaults(outputs, count: parameters["segments"]?.wholeNumber ?? 0)
        case .ridgeRegression: return inputFaults(parameters, manifest) + numberFaults(outputs)
        case .boostedTrees where outputs.count == 1: return inputFaults(parameters, manifest) + numberFaults(outputs)
        default: return inputFaults(parameters, manifest) + classFaults(manifest)
        }
    }

    private static func inputFaults(_ parameters: [String: JSONValue], _ manifest: CapabilityManifest) -> [FieldFault] {
        let options = FeatureOptions(parameters)
        var faults = manifest.interface.inputs.compactMap { field in
            FeatureInput.fault(of: field, options: options).map { FieldFault("capability", expected: "a capability for which \($0)") }
        }
        let names = Set(manifest.interface.inputs.map(\.name))
        for name in options.texts.sorted() where !names.contains(name) {
            faults.append(
                FieldFault("parameters.texts", expected: "names of the capability's inputs: \(names.sorted().joined(separator: ", "))"))
        }
        return faults
    }

    private static func numberFaults(_ outputs: [Interface.Field]) -> [FieldFault] {
        outputs.count == 1 && outputs[0].isNumber
            ? [] : [FieldFault("capability", expected: "a capability with one output, FP32 [-1] or [-1, 1]")]
    }

    private static func segmentFaults(_ outputs: [Interface.Field], count: Int) -> [FieldFault] {
        let distances = outputs.filter { $0.isTable && [-1, count].contains($0.shape[1]) }
        guard outputs.contains(where: \.isWholeNumber), outputs.count == 1 + distances.count, distances.count < 2 else {
            let expected = "a capability with an output INT64 [-1] and, for distances, FP32 [-1, \(count)]"
            return [FieldFault("capability", expected: expected)]
        }
        return []
    }

    private static func classFaults(_ manifest: CapabilityManifest) -> [FieldFault] {
        let outputs = manifest.interface.outputs
        var faults: [FieldFault] = []
        let probabilities = outputs.first(where: \.isTable)
        if outputs.count != 2 || !outputs.contains(where: \.isWholeNumber) || probabilities == nil {
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
}

extension Interface.Field {
    fileprivate var isWholeNumber: Bool { datatype == "INT64" && shape.count == 1 }
    fileprivate var isTable: Bool { datatype == "FP32" && shape.count == 2 }
    /// Whether it holds one number a row.
    var isNumber: Bool { datatype == "FP32" && (shape.count == 1 || shape.dropFirst() == [1]) }
}
