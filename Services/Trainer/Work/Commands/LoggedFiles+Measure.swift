import Contracts
import Evaluation
import OnnxRuntime

extension LoggedFiles {
    /// Holds a model against the interface and measures it on the validation split, where that has labeled rows.
    static func measure(
        _ model: [UInt8], rows: [DatasetRow], manifest: CapabilityManifest, runtime: Runtime
    ) throws -> [String: Double] {
        let labels = LabelSet(manifest)
        _ = try Scorer(runtime: runtime, model: model, interface: manifest.interface, labels: labels)
        guard labels != nil else { return [:] }
        return try ValidationMetrics(model, rows: rows, split: "validation", manifest: manifest, runtime: runtime).values
    }
}
