import Foundation
import ONNX
import Tensors

/// Turns a graph's 32-bit floats into 16-bit ones.
///
/// Each value may be there in both widths: a converted node reads and gives the 16-bit one, and a cast stands where a node that stays, a
/// subgraph or an output of the model wants the other.
struct HalfConversion {
    static let largest: Float = 65_504

    private var graph: PreparedGraph
    private let options: VariantOptions
    /// Names of the values' 16-bit forms.
    private var halves: [String: String] = [:]
    private var nodes: [ONNXRewrite.Node] = []
    private var outcomes: [NodeOutcome] = []
    private var clamped = 0
    private var flushed = 0

    private init(_ graph: PreparedGraph, _ options: VariantOptions) {
        self.graph = graph
        self.options = options
    }

    static func apply(to graph: PreparedGraph, _ options: VariantOptions) -> Conversion {
        var conversion = HalfConversion(graph, options)
        conversion.convert()
        return Conversion(
            model: conversion.graph.model(), outcomes: conversion.outcomes, clamped: conversion.clamped, flushed: conversion.flushed)
    }

    private mutating func convert() {
        let reasons = graph.rewrite.nodes.map(reasonLeft)
        let wide = zip(graph.rewrite.nodes, reasons).reduce(into: graph.captured.union(graph.rewrite.outputNames)) { wide, entry in
            if entry.1 != nil { wide.formUnion(entry.0.inputs) }
        }
        for (node, reason) in zip(graph.rewrite.nodes, reasons) {
            outcomes.append(NodeOutcome(node, left: reason))
            if reason == nil { narrow(node, wide) } else { nodes.append(node) }
        }
        graph.rewrite.nodes = nodes
    }

    private func reasonLeft(_ node: ONNXRewrite.Node) -> String? {
        if let reason = options.reasonKept(node) { return reason }
        guard node.reading.domain.isEmpty, HalfOperators.all.contains(node.operation), !node.hasSubgraph else {
            return "the operator stays in 32-bit floats"
        }
        if HalfOperators.singleOutput.contains(node.operation), node.outputs.dropFirst().contains(where: { !$0.isEmpty }) {
            return "further outputs of the operator are 32-bit floats"
        }
        guard (node.inputs + node.outputs).contains(where: graph.isFloat) else { return "the node has no 32-bit floats" }
        return nil
    }

    private mutating func narrow(_ node: ONNXRewrite.Node, _ wide: Set<String>) {
        var made = node
        made.inputs = node.inputs.map { graph.isFloat($0) ? half($0) : $0 }
        var casts: [ONNXRewrite.Node] = []
        made.outputs = node.outputs.map { name in
            guard graph.isFloat(name) else { return name }
            let half = graph.fresh(name + "_fp16")
            halves[name] = half
            if wide.contains(name) { casts.append(cast(half, to: name, .float)) }
            return half
        }
        nodes.append(made)
        nodes += casts
    }

    /// The name of a value's 16-bit form, which is made when there is none.
    private mutating func half(_ name: String) -> String {
        if let half = halves[name] { return half }
        let made = graph.fresh(name + "_fp16")
        halves[name] = made
        if let floats = graph.floats(name), let shape = graph.constants[name]?.shape {
            let bits = floats.map { narrowed($0) }
            return graph.add(ONNXRewrite.Constant(name: made, .float16, shape: shape, bytes: bits.withUnsafeBytes { Data($0) }))
        }
        nodes.append(cast(name, to: made, .float16))
        return made
    }

    private mutating func cast(_ from: String, to name: String, _ element: ONNXModel.ElementType) -> ONNXRewrite.Node {
        ONNXRewrite.Node(
            "Cast", name: graph.fresh(name + "_cast"), [from], to: [name], attributes: ["to": .integer(Int64(element.rawValue))])
    }

    /// The nearest half. An infinity stays one, as masks use it; a finite number never becomes one.
    private mutating func narrowed(_ value: Float) -> UInt16 {
        guard value.isFinite else { return HalfFloat.bits(Double(value)) }
        if abs(value) > Self.largest { clamped += 1 }
        let bits = HalfFloat.bits(Double(max(-Self.largest, min(Self.largest, value))))
        if bits & 0x7fff == 0, value != 0 { flushed += 1 }
        return bits
    }
}
