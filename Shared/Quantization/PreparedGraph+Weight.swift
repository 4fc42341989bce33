import ONNX

extension PreparedGraph {
    static let weighted: Set<String> = ["MatMul", "Gemm", "Conv"]

    /// The weight of a node: its second input, when that is a constant that can be quantised.
    func weight(of node: ONNXRewrite.Node, _ options: VariantOptions) throws(WeightRefusal) -> Weight {
        if let reason = options.reasonKept(node) { throw WeightRefusal(reason: reason) }
        guard node.reading.domain.isEmpty, Self.weighted.contains(node.operation), node.inputs.count > 1 else {
            throw WeightRefusal(reason: "the operator has no weight that is quantised")
        }
        let name = node.inputs[1]
        guard let constant = constants[name] else { throw WeightRefusal(reason: "input \(name) is no constant") }
        if overridable.contains(name) { throw WeightRefusal(reason: "constant \(name) is an input too, which a caller may override") }
        guard let elements = constant.floats, !elements.isEmpty else {
            throw WeightRefusal(reason: "constant \(name) does not hold 32-bit floats")
        }
        guard elements.allSatisfy(\.isFinite) else { throw WeightRefusal(reason: "constant \(name) holds values that are not finite") }
        let rank = constant.shape.count
        guard node.operation == "Conv" ? rank >= 3 : rank == 2 else {
            throw WeightRefusal(reason: "constant \(name) has \(rank) dimensions")
        }
        let isTransposed = node.operation == "Gemm" && node.reading.integer("transB") ?? 0 != 0
        return Weight(name: name, shape: constant.shape, axis: node.operation == "Conv" || isTransposed ? 0 : 1, elements: elements)
    }
}
