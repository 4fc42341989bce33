import Contracts
import Evaluation
import OnnxRuntime
import Statistics

/// How the exported model does on rows of a split, by the engine that will serve it.
enum ValidationMetrics {
    /// Metrics by name, as `validation_accuracy`; empty when the split has no labeled row.
    static func measure(
        _ model: [UInt8], rows: [DatasetRow], split: String, manifest: CapabilityManifest, labels: LabelSet, runtime: Runtime
    ) throws -> [String: Double] {
        let labeled = rows.filter { $0.split == split && $0.label != nil && $0.label != .null }
        guard !labeled.isEmpty else { return [:] }
        let scorer = try Scorer(runtime: runtime, model: model, interface: manifest.interface, labels: labels)
        let predictions = try scorer.predictions(of: labeled)
        let scored = try ScoredRows(
            labels: labeled.map { labels.position(of: $0.label ?? .null) ?? -1 }, predictions: predictions.classes,
            probabilities: predictions.probabilities, classes: labels.count)
        var metrics = ["\(split)_rows": Double(labeled.count)]
        for name in ["accuracy", "balanced_accuracy", "log_loss"] {
            metrics["\(split)_\(name)"] = try Metric.named(name).measure(scored).value
        }
        return metrics
    }
}
