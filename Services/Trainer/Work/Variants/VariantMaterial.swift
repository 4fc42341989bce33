import Contracts
import Evaluation
import OnnxRuntime
import Tensors

/// What variants of one version are made from and judged by.
struct VariantMaterial: Sendable {
    let version: ModelVersion
    let record: CapabilityRecord
    let dataset: DatasetReference
    /// The version's own model.
    let parent: [UInt8]
    /// What the tests need beside the model.
    let suite: SuiteMaterial

    var manifest: CapabilityManifest { record.manifest }

    /// Rows that ranges are calibrated on.
    var calibration: [DatasetRow] { CalibrationRows.pick(suite.rows) }

    /// Labeled rows of the test split.
    var counted: [DatasetRow] { TestSuite.rows(suite.rows) }

    /// The labeled rows of the test split as tensors, on which answers are compared.
    func compared() throws -> [[Tensor]] { try batches(counted) }

    /// Rows as tensors, as many to a batch as a server takes.
    func batches(_ rows: [DatasetRow], of size: Int = VariantTiming.batch) throws -> [[Tensor]] {
        try stride(from: 0, to: rows.count, by: size).map { start in
            try InputBatch.tensors(rows[start..<min(start + size, rows.count)], interface: manifest.interface)
        }
    }
}
