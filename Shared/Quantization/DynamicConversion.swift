import Foundation
import ONNX

/// Quantises values when the model runs: DynamicQuantizeLinear, a product of whole numbers, and the scales multiplied in afterwards.
///
/// The range of a value is that of the whole batch: a row's answer depends on the rows beside it.
struct DynamicConversion {
    private var graph: PreparedGraph
    private let options: VariantOptions
    private var weights: QuantizedWeights
    private var nodes: [ONNXRewrite.Node] = []
    private var outcomes: [NodeOutcome] = []
    /// What DynamicQuantizeLinear gives for each value: numbers, scale, zero point.
    private var values: [String: [String]] = [:]

    private init(_ graph: PreparedGraph, _ options: VariantOptions) {
        self.graph = graph
        self.options = options
        weights = QuantizedWeights(options)
    }

    static func apply(to graph: PreparedGraph, _ options: VariantOptions) -> Conversion {
        var conversion = DynamicConversion(graph, options)
        for node in graph.rewrite.nodes { conversion.take(node) }
        conversion.graph.rewrite.nodes = conversion.nodes
        return Conversion(model: conversion.graph.model(), outcomes: conversion.outcomes)
    }

    private mutating func take(_ node: ONNXRewrite.Node) {
        do throws(WeightRefusal) {
            let weight = try graph.weight(of: node, options)
            guard graph.isFloat(node.inputs[0]) else { throw WeightRefusal(reason: "input \(node.inputs[0]) is not of 32-bit floats") }
            if node.operation == "Conv" { try convolve(node, weight) } else { try multiply(node, weight) }
            outcomes.append(NodeOutcome(node))
        } catch {
            nodes.append(node)
            outcomes.append(NodeOutcome(node, left: error.reason))
        }
    }

    /// A Gemm becomes a MatMul and an Add: alpha goes into the scales, beta into the bias.
    private mutating func multiply(_ node: ONNXRewrite.Node, _ weight: Weight) throws(WeightRefusal) {
        let reading = node.reading
        let isGemm = node.operation == "Gemm"
        guard !isGemm || reading.integer("transA") ?? 0 == 0 else { throw WeightRefusal(reason: "the first input is transposed") }
        let beta = isGemm ? Float(reading.float("beta") ?? 1) : 1
        let bias = isGemm && node.inputs.count > 2 && !node.inputs[2].isEmpty ? node.inputs[2] : nil
        let scaledBias = try bias.map { name throws(WeightRefusal) in try scaled(name, by: beta) }
        guard let parts = weights.parts(of: weight.axis == 0 ? transposed(weight) : weight, in: &graph) else {
            throw WeightRefusal(reason: "constant \(weight.name) cannot be quantised")
        }
        let scales = try scaled(parts.scales, by: isGemm ? Float(reading.float("alpha") ?? 1) : 1)
        let value = quantize(node.inputs[0])
        let sum = add("MatMulInteger", node, "_sum", [value[0], parts.elements, value[2]])
        finish(node, sum, value[1], scales, scaledBias)
    }

    /// A constant times a factor; the constant itself for 1.
    private mutating func scaled(_ name: String, by factor: Float) throws(WeightRefusal) -> String {
        if factor == 1 { return name }
        guard let floats = graph.floats(name), let shape = graph.constants[name]?.shape else {
            throw WeightRefusal(reason: "input \(name) is no constant and has a factor")
        }
        return graph.add(ONNXRewrite.Constant(name: graph.fresh(name + "_scaled"), shape: shape, floats: floats.map { $0 * factor }))
    }

    private func transposed(_ weight: Weight) -> Weight {
        let (rows, columns) = (weight.shape[0], weight.shape[1])
        let elements = (0..<(rows * columns)).map { weight.elements[$0 % rows * columns + $0 / rows] }
        return Weight(name: weight.name, shape: [columns, rows], axis: 1, elements: elements, isTransposed: true)
    }

    /// The weight is shifted to unsigned numbers, since kernels of ConvInteger need not take signed ones: zero is 128 for all channels.
    private mutating func convolve(_ node: ONNXRewrite.Node, _ weight: Weight) throws(WeightRefusal) {
        let channels = weight.shape[0]
        let spread = [1, channels] + [Int](repeating: 1, count: weight.shape.count - 2)
        let bias = node.inputs.count > 2 && !node.inputs[2].isEmpty ? node.inputs[2] : nil
        guard bias.map({ graph.floats($0)?.count == channels }) ?? true else {
            throw WeightRefusal(reason: "the bias \(bias ?? "") is no constant")
        }
        guard
            let made = ChannelWeights(
                weight.elements, shape: weight.shape, axis: 0, isPerChannel: options.isPerChannel, hasReducedRange: options.hasReducedRange)
        else { throw WeightRefusal(reason: "constant \(weight.name) cannot be quantised") }
        let elements = graph.add(made.shifted(graph.fresh(weight.name + "_quantized")))
        let zero = graph.add(ONNXRewrite.Constant(name: graph.fresh(weight.name + "_zero_point"), .uint8, shape: [], bytes: Data([128])))
        let scales = graph.add(
            ONNXRewrite.Constant(
                name: graph.fresh(weight.name + "_scale"), shape: options.isPerChannel ? spread : [], floats: made.scales))
        let spreadBias = bias.flatMap { graph.floats($0) }.map { floats in
            graph.add(ONNXRewrite.Constant(name: graph.fresh((bias ?? "") + "_spread"), shape: spread, floats: floats))
        }
        let value = quantize(node.inputs[0])
        var product = node
        product.operation = "ConvInteger"
        product.inputs = [value[0], elements, value[2], zero]
        product.outputs = [graph.fresh(node.outputs[0] + "_sum")]
        nodes.append(product)
        finish(node, product.outputs[0], value[1], scales, spreadBias)
    }

    /// What DynamicQuantizeLinear gives for a value, which it does once.
    private mutating func quantize(_ name: String) -> [String] {
        if let known = values[name] { return known }
        let made = ["_quantized", "_scale", "_zero_point"].map { graph.fresh(name + $0) }
        values[name] = made
        nodes.append(ONNXRewrite.Node("DynamicQuantizeLinear", name: graph.fresh(name + "_quantize"), [name], to: made))
        return made
    }

    /// Sum of whole numbers x both scales + bias.
    private mutating func finish(_ node: ONNXRewrite.Node, _ sum: String, _ scale: String, _ scales: String, _ bias: String?) {
        let floats = add("Cast", node, "_float", [sum], ["to": .integer(Int64(ONNXModel.ElementType.float.rawValue))])
        let both = add("Mul", node, "_scales", [scale, scales])
        guard let bias else { return nodes.append(last("Mul", node, [floats, both])) }
        let product = add("Mul", node, "_product", [floats, both])
        nodes.append(last("Add", node, [product, bias]))
    }

    private mutating func last(_ operation: String, _ node: ONNXRewrite.Node, _ inputs: [String]) -> ONNXRewrite.Node {
        ONNXRewrite.Node(operation, name: graph.fresh(node.outputs[0] + "_node"), inputs, to: [node.outputs[0]])
    }

    private mutating func add(
        _ operation: String, _ node: ONNXRewrite.Node, _ suffix: String, _ inputs: [String],
        _ attributes: [String: GraphBuilder.Attribute] = [:]
    ) -> String {
        let output = graph.fresh(node.outputs[0] + suffix)
        nodes.append(ONNXRewrite.Node(operation, name: graph.fresh(output + "_node"), inputs, to: [output], attributes: attributes))
        return output
    }
}
