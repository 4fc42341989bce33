import ONNX

/// What of a model a target's runtime executes itself, by the list of operators that it publishes.
///
/// Throws ``QuantizationFault`` when the bytes are no model. Subgraphs are not looked into.
public func coverage(of model: [UInt8], for target: DeviceTarget) throws -> OperatorCoverage {
    guard let read = try? ONNXModel(bytes: model) else { throw QuantizationFault("the bytes are not an ONNX model") }
    return OperatorCoverage(ONNXRewrite(read), target)
}

extension OperatorCoverage {
    init(_ graph: ONNXRewrite, _ target: DeviceTarget) {
        let table = target.table
        let constants = Self.constants(graph)
        let nodes = graph.nodes.filter { $0.operation != "Constant" }
        var partitions: [[String]] = []
        var unsupported: [Unsupported] = []
        var isRunning = false
        for node in nodes {
            let outcome = NodeOutcome(node, left: Self.reason(node, table, constants))
            if let reason = outcome.reasonLeft {
                unsupported.append(Unsupported(node: outcome.node, operation: Self.name(node), reason: reason))
            } else if isRunning {
                partitions[partitions.count - 1].append(outcome.node)
            } else {
                partitions.append([outcome.node])
            }
            isRunning = outcome.isConverted
        }
        self.init(
            target: target, source: table.source, date: table.date, nodes: nodes.count, supported: nodes.count - unsupported.count,
            partitions: partitions, unsupported: unsupported)
    }

    /// Shapes of what has a value in the file: constants, and what follows from one by DequantizeLinear alone. An input that a caller may
    /// override is none.
    private static func constants(_ graph: ONNXRewrite) -> [String: [Int]] {
        var constants = Dictionary(graph.constants.map { ($0.name, $0.shape) }) { first, _ in first }
        if graph.fileFormat >= 4 { for name in graph.inputNames { constants[name] = nil } }
        for node in graph.nodes {
            guard let output = node.outputs.first else { continue }
            switch node.operation {
            case "Constant": constants[output] = node.reading.constant("value")?.shape ?? []
            case "DequantizeLinear": constants[output] = node.inputs.first.flatMap { constants[$0] }
            default: break
            }
        }
        return constants
    }

    private static func name(_ node: ONNXRewrite.Node) -> String {
        let domain = node.reading.domain
        return domain.isEmpty ? node.operation : "\(domain):\(node.operation)"
    }

    private static func reason(_ node: ONNXRewrite.Node, _ table: OperatorTable, _ constants: [String: [Int]]) -> String? {
        guard let requirements = table.operators[name(node)] else { return "the operator is not on the target's list" }
        return requirements.lazy.compactMap { $0.missing(in: node.reading, constants: constants) }.first
    }
}
