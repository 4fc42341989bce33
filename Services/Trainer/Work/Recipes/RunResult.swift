import Contracts

/// A fitted model's file with its metrics and what else the run leaves behind.
struct RunResult: Sendable {
    let model: [UInt8]
    let metrics: [String: Double]
    let files: RunFiles

    init(_ run: TrainingRun, _ fitted: FittedRecipe, _ measured: ValidationMetrics, manifest: CapabilityManifest) throws {
        var metrics = measured.values
        metrics["train_rows"] = Double(fitted.rows["train"] ?? 0)
        metrics["train_loss"] = fitted.loss
        model = fitted.model
        files = try RunFiles(run, fitted, measured, metrics: metrics, manifest: manifest)
        self.metrics = metrics
    }
}
