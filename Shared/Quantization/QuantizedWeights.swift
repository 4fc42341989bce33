import Foundation
import ONNX

/// The weights of a graph as 8-bit constants: one that several nodes share is written once for each axis that they want it on.
struct QuantizedWeights {
    /// A weight's constants.
    struct Parts {
        let channels: ChannelWeights
        let elements: String
        let scales: String
        let zeroPoints: String
    }

    private let options: VariantOptions
    private var parts: [String: Parts] = [:]
    private var dequantized: [String: String] = [:]

    init(_ options: VariantOptions) { self.options = options }

    /// The constants of a weight; nil when it holds values that are not finite.
    mutating func parts(of weight: Weight, in graph: inout PreparedGraph) -> Parts? {
        let key = Self.key(weight)
        if let known = parts[key] { return known }
        guard
            let channels = ChannelWeights(
                weight.elements, shape: weight.shape, axis: weight.axis, isPerChannel: options.isPerChannel,
                hasReducedRange: options.hasReducedRange)
        else { return nil }
        let shape = options.isPerChannel ? [channels.scales.count] : []
        let zeros = Data(repeating: 0, count: channels.scales.count)
        let made = Parts(
            channels: channels, elements: graph.add(channels.constant(graph.fresh(weight.name + "_quantized"))),
            scales: graph.add(ONNXRewrite.Constant(name: graph.fresh(weight.name + "_scale"), shape: shape, floats: channels.scales)),
            zeroPoints: graph.add(ONNXRewrite.Constant(name: graph.fresh(weight.name + "_zero_point"), .int8, shape: shape, bytes: zeros)))
        parts[key] = made
        return made
    }

    /// The name of the floats that a weight's 8-bit numbers stand for, and the node that gives them the first time.
    mutating func dequantized(_ weight: Weight, in graph: inout PreparedGraph) -> (name: String, node: ONNXRewrite.Node?)? {
        let key = Self.key(weight)
        if let known = dequantized[key] { return (known, nil) }
        guard let parts = parts(of: weight, in: &graph) else { return nil }
        let name = graph.fresh(weight.name + "_dequantized")
        dequantized[key] = name
        let node = ONNXRewrite.Node(
            "DequantizeLinear", name: graph.fresh(name + "_node"), [parts.elements, parts.scales, parts.zeroPoints], to: [name],
            attributes: options.isPerChannel ? ["axis": .integer(Int64(weight.axis))] : [:])
        return (name, node)
    }

    private static func key(_ weight: Weight) -> String { "\(weight.axis) \(weight.isTransposed) \(weight.name)" }
}
