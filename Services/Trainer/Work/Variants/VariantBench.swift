import Contracts
import Evaluation
import Foundation
import ONNX
import OnnxRuntime
import Quantization

/// Makes one variant, measures it beside its parent, and has the capability's tests judge it. Blocks the thread.
struct VariantBench: Sendable {
    /// A variant with its bytes.
    struct Made: Sendable {
        let variant: ModelVariant
        let bytes: [UInt8]
        /// What the model said of each row that the tests counted.
        let answers: [UInt8]
    }

    /// A file and how it came about.
    private struct Draft {
        let bytes: [UInt8]
        let opset: Int
        let options: String
        let left: [String: String]
        let calibrated: [String]
        let agreement: OutputAgreement
    }

    let runtime: Runtime
    let material: VariantMaterial
    /// Throws when the work is to end.
    let check: @Sendable () throws -> Void

    /// Throws ``QuantizationFault`` when the model has no such variant.
    func make(_ precision: String, report id: String) throws -> Made {
        let draft = try draft(precision)
        try check()
        let measurement = try measure(draft)
        var suite = material.suite
        suite.variants = Dictionary(uniqueKeysWithValues: VariantNames.all(precision).map { ($0, draft.bytes) })
        let order = SuiteOrder(
            id: id, model: SuiteRunner.Model(bytes: draft.bytes, version: material.version.version),
            manifest: VariantNames.manifest(material.manifest, for: precision), revision: material.record.revision,
            dataset: material.dataset, material: suite)
        try check()
        let outcome = try SuiteRunner(runtime: runtime).run(order)
        var variant = ModelVariant(
            id: Digest(of: draft.bytes), capability: material.version.capability, version: material.version.version,
            parent: material.version.model, precision: precision, format: "onnx", opset: draft.opset, bytes: draft.bytes.count,
            parentBytes: material.parent.count, tool: "mlmesh quantization, ONNX Runtime \(runtime.version)", options: draft.options,
            dataset: material.dataset, calibrationRows: draft.calibrated, left: draft.left, measurement: measurement,
            coverage: try DeviceTarget.allCases.map { VariantCoverage(try coverage(of: draft.bytes, for: $0)) },
            report: outcome.report, verdict: .unmeasured, createdAt: .now)
        variant.verdict = variant.earnedVerdict
        return Made(variant: variant, bytes: draft.bytes, answers: outcome.rows)
    }

    private func draft(_ precision: String) throws -> Draft {
        let compared = try material.compared()
        guard let converted = Precision(rawValue: precision) else {
            let agreement = try OutputAgreement(
                parent: material.parent, variant: material.parent, batches: compared, runtime: runtime)
            let opset = try ONNXModel(bytes: material.parent).opset
            return Draft(bytes: material.parent, opset: opset, options: "", left: [:], calibrated: [], agreement: agreement)
        }
        let options = VariantOptions(converted)
        var calibrated: [DatasetRow] = []
        var calibration: Calibration?
        if converted == .int8Static {
            calibrated = material.calibration
            var calibrator = try Calibrator(model: material.parent, options: options, runtime: runtime)
            for batch in try material.batches(calibrated) { try calibrator.observe(batch) }
            calibration = try calibrator.calibration()
        }
        let made = try VariantBuilder(runtime: runtime).make(
            options, from: material.parent, calibration: calibration, comparedOn: compared)
        guard let agreement = made.report.agreement else {
            throw JobFailure(VariantWork.noRows)
        }
        return Draft(
            bytes: made.bytes, opset: made.report.opset, options: made.report.optionsDigest,
            left: Dictionary(made.report.left.map { ($0.node, $0.reasonLeft ?? "") }) { first, _ in first },
            calibrated: calibrated.map(\.id), agreement: agreement)
    }

    private func measure(_ draft: Draft) throws -> VariantMeasurement {
        let rows = material.counted
        guard let row = try material.batches(Array(rows.prefix(1)), of: 1).first,
            let batch = try material.batches(Array(rows.prefix(VariantTiming.batch))).first
        else { throw JobFailure(VariantWork.noRows) }
        let timing = try VariantTiming(
            parent: material.parent, variant: draft.bytes, row: row, batch: batch, runtime: runtime, check: check)
        let slices = try SuiteRunner(runtime: runtime).differences(
            parent: material.parent, variant: draft.bytes, manifest: material.manifest, rows: material.suite.rows)
        return VariantMeasurement(timing, draft.agreement, slices: slices)
    }
}

extension VariantMeasurement {
    init(_ timing: VariantTiming, _ agreement: OutputAgreement, slices: [Slice]) {
        let facts = Machine.facts
        self.init(
            machine: "\(facts["machine.processor"] ?? "unknown processor"), \(facts["machine.cores"] ?? "?") cores",
            threads: SessionOptions().intraOpThreads, loadMilliseconds: timing.loads.variant.percentile(0.5),
            parentLoadMilliseconds: timing.loads.parent.percentile(0.5), single: timing.single.variant.latency,
            parentSingle: timing.single.parent.latency, batch: timing.rows, rowsPerSecond: timing.rowsPerSecond(timing.batched.variant),
            parentRowsPerSecond: timing.rowsPerSecond(timing.batched.parent), rows: agreement.rows, topOneAgreement: agreement.topOne,
            equalLabels: agreement.equal, maximumError: agreement.maximumError, meanError: agreement.meanError, slices: slices)
    }
}

extension VariantCoverage {
    init(_ coverage: OperatorCoverage) {
        self.init(
            target: coverage.target.rawValue, source: coverage.source, date: coverage.date, nodes: coverage.nodes,
            supported: coverage.supported, partitions: coverage.partitions.count,
            unsupported: Dictionary(coverage.unsupported.map { ($0.node, "\($0.operation): \($0.reason)") }) { first, _ in first })
    }
}
