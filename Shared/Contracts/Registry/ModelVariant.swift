import Foundation

/// A version's model in another arithmetic, for devices: immutable, named by the digest of its bytes.
public struct ModelVariant: Sendable, Hashable, Codable {
    /// What the tests of the capability say of it.
    public enum Verdict: String, Sendable, Codable, CaseIterable {
        case passed
        case failed
        /// Nothing was measured, so nothing can have passed.
        case unmeasured
    }

    /// SHA-256 of the file.
    public var id: Digest
    public var capability: String
    public var version: Int
    /// Digest of the version's own model.
    public var parent: Digest
    /// `fp32` (the version's own model), `fp16`, `int8-w`, `int8-dyn` or `int8-qdq`.
    public var precision: String
    /// `onnx`.
    public var format: String
    /// Operator set of the file.
    public var opset: Int
    public var bytes: Int
    public var parentBytes: Int
    /// What made it, with its version.
    public var tool: String
    /// Digest of the conversion's options.
    public var options: String
    /// Dataset version that was read.
    public var dataset: DatasetReference?
    /// Ids of the rows that ranges were calibrated on.
    public var calibrationRows: [String]
    /// Nodes that stayed in 32-bit floats, with the reason.
    public var left: [String: String]
    public var measurement: VariantMeasurement?
    public var coverage: [VariantCoverage]
    /// The capability's tests on this very file.
    public var report: SuiteReport?
    public var verdict: Verdict
    public var createdAt: Date

    public init(
        id: Digest, capability: String, version: Int, parent: Digest, precision: String, format: String,
        opset: Int, bytes: Int,
        parentBytes: Int, tool: String, options: String, dataset: DatasetReference?,
        calibrationRows: [String], left: [String: String],
        measurement: VariantMeasurement?, coverage: [VariantCoverage], report: SuiteReport?,
        verdict: Verdict, createdAt: Date
    ) {
        self.id = id
        self.capability = capability
        self.version = version
        self.parent = parent
        self.precision = precision
        self.format = format
        self.opset = opset
        self.bytes = bytes
        self.parentBytes = parentBytes
        self.tool = tool
        self.options = options
        self.dataset = dataset
        self.calibrationRows = calibrationRows
        self.left = left
        self.measurement = measurement
        self.coverage = coverage
        self.report = report
        self.verdict = verdict
        self.createdAt = createdAt
    }

    /// What measurement and tests allow to say: nothing has passed that was not measured, and tested with this very file.
    public var earnedVerdict: Verdict {
        guard measurement != nil, let report, report.model == id else { return .unmeasured }
        return report.passed ? .passed : .failed
    }
}
