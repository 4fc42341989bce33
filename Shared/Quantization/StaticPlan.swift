import ONNX

/// Which values of a graph are quantised with ranges that are known beforehand.
///
/// Values that a weighted node or a sum reads; what a convolution gives; and, since they do not change numbers, what pooling and reshaping
/// give from a quantised value. A ReLU or Clip that alone reads a product takes its place: runtimes join the two.
struct StaticPlan {
    /// Give numbers that they got: their output has the scale of their input.
    static let passing: Set<String> = ["MaxPool", "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Identity"]
    static let averaging: Set<String> = ["AveragePool", "GlobalAveragePool"]
    static let joined: Set<String> = ["Relu", "Clip"]

    /// The value whose range each quantised value has; itself, but for values that are passed on.
    private(set) var sources: [String: String] = [:]
    /// Indices of the nodes that read quantised values.
    private(set) var nodes: Set<Int> = []
    /// Why each other node stays; a node joined to another has no reason.
    private(set) var reasons: [Int: String] = [:]
    private let graph: PreparedGraph
    private let options: VariantOptions
    private let readers: [String: [Int]]

    init(_ graph: PreparedGraph, _ options: VariantOptions) {
        self.graph = graph
        self.options = options
        readers = graph.rewrite.nodes.enumerated().reduce(into: [:]) { readers, entry in
            for name in Set(entry.element.inputs) { readers[name, default: []].append(entry.offset) }
        }
        for (index, node) in graph.rewrite.nodes.enumerated() {
            do throws(WeightRefusal) {
                try take(node)
                nodes.insert(index)
            } catch { reasons[index] = error.reason }
        }
    }

    /// Values whose ranges calibration must find.
    var calibrated: Set<String> { Set(sources.values) }

    private mutating func take(_ node: ONNXRewrite.Node) throws(WeightRefusal) {
        guard PreparedGraph.weighted.contains(node.operation), node.reading.domain.isEmpty else { return try follow(node) }
        _ = try graph.weight(of: node, options)
        guard isQuantisable(node.inputs[0]) else { throw WeightRefusal(reason: "input \(node.inputs[0]) is not a value of 32-bit floats") }
        quantize(node.inputs[0])
        if node.operation == "Conv" { quantize(result(of: node)) }
    }

    private mutating func follow(_ node: ONNXRewrite.Node) throws(WeightRefusal) {
        if let reason = options.reasonKept(node) { throw WeightRefusal(reason: reason) }
        guard node.reading.domain.isEmpty, let output = node.outputs.first, let input = node.inputs.first else {
            throw WeightRefusal(reason: "the operator stays in 32-bit floats")
        }
        switch node.operation {
        case let name where Self.passing.contains(name) && sources[input] != nil && !node.outputs.dropFirst().contains { !$0.isEmpty }:
            sources[output] = sources[input]
        case let name where Self.averaging.contains(name) && sources[input] != nil: quantize(output)
        case "Add" where node.inputs.contains { sources[$0] != nil } && node.inputs.allSatisfy(isQuantisable):
            for name in node.inputs { quantize(name) }
            quantize(result(of: node))
        case let name where Self.joined.contains(name) && sources[output] != nil: break
        default: throw WeightRefusal(reason: "the operator stays in 32-bit floats")
        }
    }

    private mutating func quantize(_ name: String) {
        if sources[name] == nil { sources[name] = name }
    }

    private func isQuantisable(_ name: String) -> Bool { graph.isFloat(name) && graph.constants[name] == nil }

    /// What a node gives; what the ReLU gives that alone reads it.
    private func result(of node: ONNXRewrite.Node) -> String {
        let output = node.outputs[0]
        guard let only = readers[output], only.count == 1, !graph.captured.contains(output), !graph.rewrite.outputNames.contains(output)
        else { return output }
        let next = graph.rewrite.nodes[only[0]]
        let isJoined = Self.joined.contains(next.operation) && next.reading.domain.isEmpty && options.reasonKept(next) == nil
        return isJoined && next.inputs.first == output ? next.outputs[0] : output
    }
}
