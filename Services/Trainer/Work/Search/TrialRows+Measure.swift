import Contracts
import Evaluation
import OnnxRuntime
import Statistics

extension TrialRows {
    /// Runs a model on the labeled rows of the validation split. Throws ``JobFailure`` where there are none or the model gives no classes.
    static func measure(_ model: [UInt8], rows: [DatasetRow], manifest: CapabilityManifest, runtime: Runtime) throws -> TrialRows {
        guard let labels = LabelSet(manifest) else {
            throw JobFailure("A search ranks classifiers, and \(manifest.metadata.name) answers with numbers.")
        }
        let labeled = rows.filter { $0.split == "validation" && $0.label != nil && $0.label != .null }.sorted { $0.id < $1.id }
        guard !labeled.isEmpty else { throw JobFailure("The validation split has no labeled row to rank trials by.") }
        let predictions = try Scorer(runtime: runtime, model: model, interface: manifest.interface, labels: labels)
            .predictions(of: labeled)
        return TrialRows(
            classes: labels.count, labels: labeled.map { labels.position(of: $0.label ?? .null) ?? -1 }, predictions: predictions.classes,
            probabilities: predictions.probabilities)
    }
}
