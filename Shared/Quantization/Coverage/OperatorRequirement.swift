import ONNX

/// What a target wants of a node beyond its operator, as far as the graph alone shows it.
public enum OperatorRequirement: Sendable, Hashable {
    /// Inputs at these places are constants when they are given.
    case constant([Int])
    /// Kernels have one of these numbers of dimensions.
    case kernelDimensions(Set<Int>)
    /// A whole number among the attributes has this value, also when it is not given.
    case attribute(String, Int)

    /// What a node lacks; nil when it fulfils the requirement, or the graph does not show whether it does.
    func missing(in node: ONNXNode, constants: [String: [Int]]) -> String? {
        switch self {
        case .constant(let places):
            let given = places.filter { $0 < node.inputs.count && !node.inputs[$0].isEmpty }
            return given.first { constants[node.inputs[$0]] == nil }.map { "input \($0) must be a constant" }
        case .kernelDimensions(let allowed):
            let fromWeight = node.inputs.count > 1 ? constants[node.inputs[1]].map { $0.count - 2 } : nil
            let given = node.integers("kernel_shape").count
            guard let found = given > 0 ? given : fromWeight, !allowed.contains(found) else { return nil }
            let names = allowed.sorted().map { "\($0)" }.joined(separator: " or ")
            return "the kernel has \(found) dimensions, and \(names) are taken"
        case .attribute(let name, let value):
            guard let given = node.integer(name), given != value else { return nil }
            return "attribute \(name) is \(given), and only \(value) is taken"
        }
    }
}
