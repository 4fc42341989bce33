import OnnxRuntime
import Tensors

/// How a variant's answers differ from its parent's on given rows.
public struct OutputAgreement: Sendable, Hashable, Codable {
    public let rows: Int
    /// Over all numbers of all outputs of floats; 0 when there are none.
    public let maximumError: Double
    public let meanError: Double
    /// Share of rows whose largest number along the last dimension is at the same place, over all outputs of floats with two places or
    /// more there; nil when there are none.
    public let topOne: Double?
    /// Share of equal elements in outputs of whole numbers, booleans and texts, as labels; nil when there are none.
    public let equal: Double?
}

extension OutputAgreement {
    /// Runs both models on all batches and compares. Throws the engine's own error when a batch is not what they take,
    /// ``QuantizationFault`` when outputs are not of the same shape, or there is no row.
    public init(parent: [UInt8], variant: [UInt8], batches: [[Tensor]], runtime: Runtime) throws {
        let sessions = (try Session(runtime: runtime, model: parent), try Session(runtime: runtime, model: variant))
        let outputs = sessions.0.outputs.filter(\.isTensor).map(\.name)
        var comparison = OutputComparison()
        var rows = 0
        for batch in batches {
            let expected = try sessions.0.run(batch, outputs: outputs)
            let given = try sessions.1.run(batch, outputs: outputs)
            for (one, other) in zip(expected, given) { try comparison.add(one, other) }
            rows += batch.first?.rows ?? 0
        }
        guard rows > 0 else { throw QuantizationFault("agreement needs at least one row") }
        self.rows = rows
        maximumError = comparison.maximum
        meanError = comparison.numbers > 0 ? comparison.sum / Double(comparison.numbers) : 0
        topOne = comparison.places > 0 ? Double(comparison.samePlaces) / Double(comparison.places) : nil
        equal = comparison.elements > 0 ? Double(comparison.equalElements) / Double(comparison.elements) : nil
    }
}
