/// What a variant is, what became of its parent's nodes, and how its answers agree.
public struct VariantReport: Sendable, Hashable, Codable {
    public let precision: Precision
    /// SHA-256 of the parent's bytes, in hexadecimal.
    public let parentDigest: String
    /// SHA-256 of the variant's bytes, in hexadecimal.
    public let digest: String
    /// ``VariantOptions/digest``.
    public let optionsDigest: String
    public let parentBytes: Int
    public let bytes: Int
    /// Operator set of the variant.
    public let opset: Int
    /// In the order of the parent's graph, constants left out.
    public let nodes: [NodeOutcome]
    /// Weights beyond the range of 16-bit floats, which were set to its end.
    public let clampedWeights: Int
    /// Weights too small for 16-bit floats, which became zero.
    public let flushedWeights: Int
    /// Whether a row's answer does not depend on the rows that run with it, as far as the conversion goes.
    public let isRowwise: Bool
    /// How many rows calibration has seen; nil where none was needed.
    public let calibrationRows: Int?
    /// Nil when no rows were given: the variant's quality is then not known.
    public let agreement: OutputAgreement?

    /// How many nodes of each operator were converted.
    public var converted: [String: Int] {
        nodes.filter(\.isConverted).reduce(into: [:]) { $0[$1.operation, default: 0] += 1 }
    }

    /// Nodes that stayed as they were, with the reason.
    public var left: [NodeOutcome] { nodes.filter { !$0.isConverted } }
}
