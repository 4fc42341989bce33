import ONNX
import OnnxRuntime

/// Lifts a model of operator set 11 or 12 to 13 where that is trivial: where every node means the same in both.
enum OpsetUpgrade {
    /// Between 11 and 13 these took more element types, and nothing else (the change logs of the ONNX operators).
    static let unchanged: Set<String> = [
        "Abs", "Add", "And", "ArgMax", "ArgMin", "AveragePool", "BatchNormalization", "Cast", "Ceil", "Clip", "Concat", "Constant", "Conv",
        "ConvTranspose", "DepthToSpace", "Div", "Elu", "Equal", "Erf", "Exp", "Expand", "Flatten", "Floor", "Gather", "GatherElements",
        "Gemm", "GlobalAveragePool", "GlobalMaxPool", "Greater", "HardSigmoid", "Identity", "InstanceNormalization", "LeakyRelu", "Less",
        "Log", "MatMul", "Max", "MaxPool", "Min", "Mul", "Neg", "Not", "Or", "PRelu", "Pow", "Reciprocal", "ReduceMax", "ReduceMean",
        "ReduceMin", "Relu", "Reshape", "Selu", "Shape", "Sigmoid", "Sign", "Slice", "Softplus", "Softsign", "SpaceToDepth", "Sqrt", "Sub",
        "Sum", "Tanh", "Tile", "TopK", "Transpose", "Where",
    ]

    static func apply(to rewrite: inout ONNXRewrite, _ values: [String: Session.Port]) throws {
        guard rewrite.opset < PreparedGraph.lowestOpset else { return }
        guard rewrite.opset >= 11 else {
            throw QuantizationFault(
                "the model is of operator set \(rewrite.opset); 13 or later is needed, and 11 and 12 where they mean the same")
        }
        let opset = rewrite.opset
        for index in rewrite.nodes.indices where rewrite.nodes[index].reading.domain.isEmpty {
            let node = rewrite.nodes[index]
            if unchanged.contains(node.operation), !node.hasSubgraph { continue }
            guard ["Softmax", "LogSoftmax"].contains(node.operation), isLast(node, values) else {
                throw QuantizationFault(
                    "node \(node.name) (\(node.operation)) of operator set \(opset) may mean something else in 13: convert the model first")
            }
            rewrite.nodes[index].set("axis", .integer(-1))
        }
        rewrite.opset = PreparedGraph.lowestOpset
    }

    /// Before 13 a softmax went over all dimensions from its axis on, 1 unless given: over the last alone it means the same.
    private static func isLast(_ node: ONNXRewrite.Node, _ values: [String: Session.Port]) -> Bool {
        let axis = node.reading.integer("axis") ?? 1
        if axis == -1 { return true }
        guard let output = node.outputs.first, let rank = values[output]?.shape.count else { return false }
        return axis == rank - 1
    }
}
