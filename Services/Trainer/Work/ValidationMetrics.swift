import Contracts
import Evaluation
import OnnxRuntime
import Recipes
import Statistics

/// How the exported model does on rows of a split, by the engine that will serve it.
struct ValidationMetrics: Sendable {
    /// Of what answers with neither classes nor a number.
    static let none = ValidationMetrics()

    /// By name, as `validation_accuracy`.
    private(set) var values: [String: Double] = [:]
    /// Of a classifier.
    private(set) var confusion: ConfusionTable?

    private init() {}

    /// Measures the labeled rows of a split; empty when there is none.
    init(_ model: [UInt8], rows: [DatasetRow], split: String, manifest: CapabilityManifest, runtime: Runtime) throws {
        var measured = try MeasuredRows(model, manifest: manifest, runtime: runtime)
        try measured.add(rows.filter { $0.split == split && $0.isLabeled })
        try self.init(measured, split: split)
    }

    init(_ measured: MeasuredRows, split: String) throws {
        guard measured.count > 0 else { return }
        values["\(split)_rows"] = Double(measured.count)
        guard let labels = measured.labels else {
            measure(measured.answers, measured.numbers, split)
            return
        }
        let scored = try ScoredRows(
            labels: measured.truths, predictions: measured.classes, probabilities: measured.probabilities,
            classes: labels.count)
        for name in ["accuracy", "balanced_accuracy", "log_loss"] {
            values["\(split)_\(name)"] = try Metric.named(name).measure(scored).value
        }
        confusion = ConfusionTable(
            classes: labels.choices.map { $0.stringValue ?? String(decoding: $0.canonical, as: UTF8.self) }, truths: measured.truths,
            predictions: measured.classes, split: split)
    }

    /// Errors of numbers; the share of the variance that is explained where the truths differ.
    private mutating func measure(_ numbers: [Double], _ truths: [Double], _ split: String) {
        let errors = zip(numbers, truths).map { $0 - $1 }
        let count = Double(max(errors.count, 1))
        let squares = errors.reduce(0) { $0 + $1 * $1 }
        values["\(split)_rmse"] = (squares / count).squareRoot()
        values["\(split)_mae"] = errors.reduce(0) { $0 + abs($1) } / count
        let mean = truths.reduce(0, +) / count
        let spread = truths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        if spread > 0 { values["\(split)_r2"] = 1 - squares / spread }
    }
}
