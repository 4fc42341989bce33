import Foundation
import ONNX

/// Quantises values by ranges that calibration has found: QuantizeLinear and DequantizeLinear around them, weights behind a
/// DequantizeLinear, biases as 32-bit whole numbers. Runtimes join the three to operations on whole numbers.
struct StaticConversion {
    private var graph: PreparedGraph
    private let plan: StaticPlan
    private let ranges: [String: ActivationRange]
    private var weights: QuantizedWeights
    private let options: VariantOptions
    private var nodes: [ONNXRewrite.Node] = []
    /// What readers of a quantised input of the model read instead.
    private var replaced: [String: String] = [:]

    private init(_ graph: PreparedGraph, _ options: VariantOptions, _ ranges: [String: ActivationRange]) {
        self.graph = graph
        self.options = options
        self.ranges = ranges
        plan = StaticPlan(graph, options)
        weights = QuantizedWeights(options)
    }

    /// Throws ``QuantizationFault`` when the calibration lacks a value.
    static func apply(to graph: PreparedGraph, _ options: VariantOptions, _ calibration: Calibration) throws -> Conversion {
        var conversion = StaticConversion(graph, options, calibration.ranges)
        if let missing = conversion.plan.calibrated.sorted().first(where: { calibration.ranges[$0] == nil }) {
            throw QuantizationFault("the calibration has no range of the value \(missing): it was made with other options")
        }
        for name in graph.rewrite.inputNames where conversion.plan.sources[name] != nil { conversion.quantizeInput(name) }
        for (index, node) in graph.rewrite.nodes.enumerated() { conversion.take(node, isQuantized: conversion.plan.nodes.contains(index)) }
        conversion.graph.rewrite.nodes = conversion.nodes
        let outcomes = graph.rewrite.nodes.enumerated().map { NodeOutcome($1, left: conversion.plan.reasons[$0]) }
        return Conversion(model: conversion.graph.model(), outcomes: outcomes)
    }

    private mutating func take(_ node: ONNXRewrite.Node, isQuantized: Bool) {
        var made = node
        if isQuantized {
            made.inputs = node.inputs.map { replaced[$0] ?? $0 }
            if PreparedGraph.weighted.contains(node.operation) { quantizeWeights(of: node, &made) }
        }
        let quantized = Set(node.outputs.filter { plan.sources[$0] != nil })
        let raw = Dictionary(uniqueKeysWithValues: quantized.map { ($0, graph.fresh($0 + "_float")) })
        made.outputs = node.outputs.map { raw[$0] ?? $0 }
        nodes.append(made)
        for name in node.outputs where quantized.contains(name) { pair(raw[name] ?? name, to: name, of: name) }
    }

    private mutating func quantizeInput(_ name: String) {
        let made = graph.fresh(name + "_dequantized")
        replaced[name] = made
        pair(name, to: made, of: name)
    }

    private func parameters(of name: String) -> (scale: Float, zeroPoint: UInt8) {
        plan.sources[name].flatMap { ranges[$0] }?.parameters ?? (1, 0)
    }

    /// QuantizeLinear and DequantizeLinear from one name to another, by the range of a value.
    private mutating func pair(_ from: String, to name: String, of value: String) {
        let found = parameters(of: value)
        let scale = graph.add(ONNXRewrite.Constant(name: graph.fresh(value + "_scale"), shape: [], floats: [found.scale]))
        let zero = graph.add(
            ONNXRewrite.Constant(name: graph.fresh(value + "_zero_point"), .uint8, shape: [], bytes: Data([found.zeroPoint])))
        let quantized = graph.fresh(value + "_quantized")
        nodes.append(ONNXRewrite.Node("QuantizeLinear", name: graph.fresh(value + "_quantize"), [from, scale, zero], to: [quantized]))
        nodes.append(ONNXRewrite.Node("DequantizeLinear", name: graph.fresh(value + "_dequantize"), [quantized, scale, zero], to: [name]))
    }

    private mutating func quantizeWeights(of node: ONNXRewrite.Node, _ made: inout ONNXRewrite.Node) {
        guard let weight = try? graph.weight(of: node, options), let floats = weights.dequantized(weight, in: &graph) else { return }
        if let node = floats.node { nodes.append(node) }
        made.inputs[1] = floats.name
        guard node.inputs.count > 2, let parts = weights.parts(of: weight, in: &graph) else { return }
        if let bias = quantizedBias(node.inputs[2], parts, parameters(of: node.inputs[0]).scale, weight) { made.inputs[2] = bias }
    }

    /// A bias as whole numbers of the scale that products have; nil when it does not fit them, and stays in floats.
    private mutating func quantizedBias(_ name: String, _ parts: QuantizedWeights.Parts, _ scale: Float, _ weight: Weight) -> String? {
        guard let floats = graph.floats(name), graph.constants[name]?.shape == [weight.shape[weight.axis]] else { return nil }
        let scales = parts.channels.scales.map { $0 * scale }
        let wholes = floats.enumerated().map { (Double($1) / Double(scales[scales.count == 1 ? 0 : $0])).rounded(.toNearestOrEven) }
        guard wholes.allSatisfy({ abs($0) < 0x1p31 }), scales.allSatisfy({ $0 > 0 }) else { return nil }
        let shape = options.isPerChannel ? [scales.count] : []
        let bytes = wholes.map { Int32($0) }.withUnsafeBytes { Data($0) }
        let elements = graph.add(ONNXRewrite.Constant(name: graph.fresh(name + "_quantized"), .int32, shape: [floats.count], bytes: bytes))
        let factors = graph.add(ONNXRewrite.Constant(name: graph.fresh(name + "_scale"), shape: shape, floats: scales))
        let made = graph.fresh(name + "_dequantized")
        nodes.append(
            ONNXRewrite.Node(
                "DequantizeLinear", name: graph.fresh(made + "_node"), [elements, factors], to: [made],
                attributes: options.isPerChannel ? ["axis": .integer(0)] : [:]))
        return made
    }
}
