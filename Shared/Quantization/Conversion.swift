import ONNX

/// What a conversion has made of a graph.
struct Conversion {
    let model: ONNXModel
    var outcomes: [NodeOutcome] = []
    /// Weights beyond the range of the target type, which were set to its end.
    var clamped = 0
    /// Weights that are not zero and became zero.
    var flushed = 0
}

extension NodeOutcome {
    init(_ node: ONNXRewrite.Node, left reason: String? = nil) {
        let name = node.name.isEmpty ? node.outputs.first ?? node.operation : node.name
        self.init(node: name, operation: node.operation, reasonLeft: reason)
    }
}

extension VariantOptions {
    /// Why the caller wants a node left alone; nil when it does not.
    func reasonKept(_ node: ONNXRewrite.Node) -> String? {
        if keptOperators.contains(node.operation) { return "the operator is on the list of those to keep" }
        return keptNodes.contains(node.name) ? "the node is on the list of those to keep" : nil
    }
}
