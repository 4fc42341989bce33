import Cryptography
import ONNX
import OnnxRuntime
import Tensors

/// Finds the ranges of a model's values: runs the model on rows with the values between its nodes added as outputs.
public struct Calibrator: Sendable {
    private let session: Session
    private let digest: String
    private let method: CalibrationMethod
    private let outputs: [String]
    private var histograms: [String: RangeHistogram]
    private var rows = 0

    /// - Parameters:
    ///   - model: a file's content.
    ///   - options: those that the variant is made with; they say which values are wanted.
    ///
    /// Throws ``QuantizationFault`` for a model or a percentile that is not taken.
    public init(model: [UInt8], options: VariantOptions, runtime: Runtime) throws {
        if case .percentile(let percentage) = options.calibration, !(percentage > 50 && percentage <= 100) {
            throw QuantizationFault("the percentile \(percentage) must be more than 50 and at most 100")
        }
        let graph = try PreparedGraph(try ONNXModel(bytes: model), runtime)
        let wanted = StaticPlan(graph, options).calibrated
        guard !wanted.isEmpty else { throw QuantizationFault("the model has no value that is quantised") }
        var probe = graph.rewrite
        let given = Set(probe.inputNames)
        for name in wanted.sorted() where !given.contains(name) && !probe.outputNames.contains(name) { probe.addOutput(name) }
        session = try Session(runtime: runtime, model: try probe.model().bytes())
        digest = hexadecimal(SHA256.digest(model))
        method = options.calibration
        outputs = wanted.subtracting(given).sorted()
        histograms = Dictionary(uniqueKeysWithValues: wanted.map { ($0, RangeHistogram()) })
    }

    /// Runs one batch. Throws the engine's own error for tensors that the model does not take, ``QuantizationFault`` for a value that is
    /// not finite.
    public mutating func observe(_ batch: [Tensor]) throws {
        let computed = outputs.isEmpty ? [] : try session.run(batch, outputs: outputs)
        var isCounting = false
        if case .percentile = method { isCounting = true }
        for tensor in batch + computed where tensor.datatype == .fp32 {
            guard histograms[tensor.name] != nil else { continue }
            let isFinite = histograms[tensor.name]?.add(tensor.elements(as: Float.self), isCounting: isCounting) ?? true
            guard isFinite else { throw QuantizationFault("value \(tensor.name) is not finite on a calibration row") }
        }
        rows += batch.first?.rows ?? 0
    }

    /// Runs all batches of a sequence.
    public mutating func observe<Batches: AsyncSequence>(_ batches: Batches) async throws where Batches.Element == [Tensor] {
        for try await batch in batches { try observe(batch) }
    }

    /// The ranges. Throws ``QuantizationFault`` when there was no row.
    public func calibration() throws -> Calibration {
        guard rows > 0 else { throw QuantizationFault("calibration needs at least one row") }
        let ranges = histograms.mapValues { histogram in
            switch method {
            case .minMax: ActivationRange(low: histogram.low, high: histogram.high)
            case .percentile(let percentage): histogram.range(leavingOut: (100 - percentage) / 200)
            }
        }
        return Calibration(parentDigest: digest, method: method, rows: rows, ranges: ranges)
    }
}
