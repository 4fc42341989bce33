import ONNX

/// Follows a graph from its inputs to an output while every step is one whose effect on a row is known.
struct GraphTracer {
    /// What is known of a value of the graph: columns of one row, whatever the tensor's shape.
    enum Value {
        case affine(AffineMap)
        case margins(ModelStructure.Margins, Link)
        case constant(ONNXConstant)
    }

    /// Constants larger than this are no linear model's, and are not worth reading.
    static let largestConstant = 1 << 22

    let model: ONNXModel
    var values: [String: Value] = [:]
    private let nodes: [ONNXNode]

    /// Nil when an operation on the way to the output is of no known kind: nothing else of the graph is read then.
    init?(_ model: ONNXModel, output: String, order: [String], widths: [String: Int]) {
        self.model = model
        let all = model.nodes
        guard let needed = Self.nodes(behind: output, in: all) else { return nil }
        nodes = all.indices.filter { needed.contains($0) }.map { all[$0] }
        let total = order.reduce(0) { $0 + (widths[$1] ?? 0) }
        var start = 0
        for name in order {
            let width = widths[name] ?? 0
            values[name] = .affine(.identity(start..<(start + width), of: total))
            start += width
        }
    }

    /// What is known of an output; nil when a step cannot be followed.
    mutating func trace(_ output: String) -> Value? {
        for node in nodes {
            guard let results = apply(node) else { return nil }
            for (name, value) in results { values[name] = value }
        }
        switch values[output] {
        case .affine(let map): return .margins(.linear(map), .identity)
        case let other: return other
        }
    }

    /// What a node reads as the i-th input; nil when it is not known.
    mutating func value(_ node: ONNXNode, _ index: Int) -> Value? {
        guard node.inputs.count > index else { return nil }
        let name = node.inputs[index]
        if values[name] == nil, let constant = model.constant(name), constant.elements.count <= Self.largestConstant {
            values[name] = .constant(constant)
        }
        return values[name]
    }

    mutating func affine(_ node: ONNXNode, _ index: Int = 0) -> AffineMap? {
        if case .affine(let map)? = value(node, index) { map } else { nil }
    }

    mutating func constant(_ node: ONNXNode, _ index: Int) -> ONNXConstant? {
        if case .constant(let constant)? = value(node, index) { constant } else { nil }
    }

    /// Positions of the nodes that an output depends on.
    private static func nodes(behind output: String, in all: [ONNXNode]) -> Set<Int>? {
        var makers: [String: Int] = [:]
        for (index, node) in all.enumerated() { for name in node.outputs { makers[name] = index } }
        var needed: Set<Int> = []
        var open = [output]
        while let name = open.popLast() {
            guard let maker = makers[name], needed.insert(maker).inserted else { continue }
            guard known.contains(all[maker].operation) else { return nil }
            open += all[maker].inputs
        }
        return needed
    }
}
