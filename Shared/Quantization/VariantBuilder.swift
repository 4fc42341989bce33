import Cryptography
import ONNX
import OnnxRuntime
import Tensors

/// Makes device variants of ONNX models.
public struct VariantBuilder: Sendable {
    public let runtime: Runtime

    public init(runtime: Runtime) { self.runtime = runtime }

    /// Makes a variant, and loads it: one that ONNX Runtime does not take is never given.
    ///
    /// - Parameters:
    ///   - parent: the model's file content.
    ///   - calibration: wanted for ``Precision/int8Static``, made with the same model and options.
    ///   - rows: batches on which both models' answers are compared; none leaves the agreement unknown.
    ///
    /// Throws ``QuantizationFault`` for a model that cannot be converted, ``ONNX/ONNXFault`` for bytes that are no model, and the engine's
    /// own error for rows that the model does not take.
    public func make(
        _ options: VariantOptions, from parent: [UInt8], calibration: Calibration? = nil, comparedOn rows: [[Tensor]] = []
    ) throws -> Variant {
        let digest = hexadecimal(SHA256.digest(parent))
        let graph = try PreparedGraph(try ONNXModel(bytes: parent), runtime)
        let conversion = try convert(graph, options, calibration, digest)
        guard conversion.outcomes.contains(where: \.isConverted) else {
            let reasons = Set(conversion.outcomes.compactMap(\.reasonLeft)).sorted().prefix(3).joined(separator: "; ")
            throw QuantizationFault("no node can be converted to \(options.precision.rawValue): \(reasons)")
        }
        let bytes = try conversion.model.bytes()
        try check(bytes, options)
        let agreement =
            rows.isEmpty ? nil : try OutputAgreement(parent: parent, variant: bytes, batches: rows, runtime: runtime)
        let report = VariantReport(
            precision: options.precision, parentDigest: digest, digest: hexadecimal(SHA256.digest(bytes)), optionsDigest: options.digest,
            parentBytes: parent.count, bytes: bytes.count, opset: conversion.model.opset, nodes: conversion.outcomes,
            clampedWeights: conversion.clamped, flushedWeights: conversion.flushed, isRowwise: options.precision != .int8Dynamic,
            calibrationRows: options.precision == .int8Static ? calibration?.rows : nil, agreement: agreement)
        return Variant(bytes: bytes, report: report)
    }

    private func convert(_ graph: PreparedGraph, _ options: VariantOptions, _ calibration: Calibration?, _ digest: String) throws
        -> Conversion
    {
        switch options.precision {
        case .half: return HalfConversion.apply(to: graph, options)
        case .int8Weights: return WeightOnlyConversion.apply(to: graph, options)
        case .int8Dynamic: return DynamicConversion.apply(to: graph, options)
        case .int8Static:
            guard let calibration else { throw QuantizationFault("\(options.precision.rawValue) needs calibration rows") }
            guard calibration.parentDigest == digest else { throw QuantizationFault("the calibration is of another model") }
            guard calibration.method == options.calibration else { throw QuantizationFault("the calibration is by another method") }
            return try StaticConversion.apply(to: graph, options, calibration)
        }
    }

    private func check(_ bytes: [UInt8], _ options: VariantOptions) throws {
        do throws(EngineError) {
            _ = try Session(runtime: runtime, model: bytes)
        } catch {
            throw QuantizationFault("ONNX Runtime does not take the \(options.precision.rawValue) variant: \(error)")
        }
    }
}
