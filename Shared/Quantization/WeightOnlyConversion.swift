import ONNX

/// Puts 8-bit weights in place of floats, each behind a DequantizeLinear: the portable form, which every runtime of the operators reads.
enum WeightOnlyConversion {
    static func apply(to prepared: PreparedGraph, _ options: VariantOptions) -> Conversion {
        var graph = prepared
        var weights = QuantizedWeights(options)
        var nodes: [ONNXRewrite.Node] = []
        var outcomes: [NodeOutcome] = []
        for node in prepared.rewrite.nodes {
            do throws(WeightRefusal) {
                let weight = try prepared.weight(of: node, options)
                guard let floats = weights.dequantized(weight, in: &graph) else {
                    throw WeightRefusal(reason: "constant \(weight.name) cannot be quantised")
                }
                if let node = floats.node { nodes.append(node) }
                var made = node
                made.inputs[1] = floats.name
                nodes.append(made)
                outcomes.append(NodeOutcome(node))
            } catch {
                nodes.append(node)
                outcomes.append(NodeOutcome(node, left: error.reason))
            }
        }
        graph.rewrite.nodes = nodes
        return Conversion(model: graph.model(), outcomes: outcomes)
    }
}
