import BlobStore
import Contracts
import Foundation
import Recipes

/// The files that a run leaves beside its model: curve, importances, confusion matrix, model card.
struct RunFiles: Sendable {
    /// Their paths below the run's artifacts, with their content.
    let files: [(path: String, content: [UInt8])]

    init(_ run: TrainingRun, _ fitted: FittedRecipe, _ measured: ValidationMetrics, metrics: [String: Double], manifest: CapabilityManifest)
        throws
    {
        let card = Self.card(run, fitted, measured, metrics: metrics, manifest: manifest)
        var files = [
            (path: "model/model.onnx", content: fitted.model),
            (path: "model_card.md", content: Array(card.markdown.utf8)),
            (path: "model_card.json", content: try Self.json(card)),
            (path: "training_curve.json", content: try Self.json(TrainingCurve(fitted.fitted.curve))),
            (path: "feature_importances.json", content: try Self.json(fitted.fitted.importances)),
        ]
        if let confusion = measured.confusion { files.append((path: "confusion_matrix.json", content: try Self.json(confusion))) }
        self.files = files
    }

    private static func json(_ value: some Encodable) throws -> [UInt8] { try WireJSON.value(value).canonical }

    private static func card(
        _ run: TrainingRun, _ fitted: FittedRecipe, _ measured: ValidationMetrics, metrics: [String: Double], manifest: CapabilityManifest
    ) -> ModelCard {
        ModelCard(
            capability: run.capability, team: manifest.metadata.team, purpose: manifest.metadata.description, run: run.id,
            recipe: run.recipe,
            parameters: run.parameters.mapValues { String(decoding: $0.canonical, as: UTF8.self) }, seed: run.seed,
            data: ModelCard.Data(
                dataset: run.dataset?.name ?? manifest.data.dataset, version: run.dataset?.version ?? 0, rows: fitted.rows),
            preprocessing: fitted.preprocessing, metrics: metrics, method: fitted.fitted.facts, importances: fitted.fitted.importances,
            confusion: measured.confusion, bytes: fitted.model.count, limits: limits(fitted, measured))
    }

    /// What follows from how the model was made.
    private static func limits(_ fitted: FittedRecipe, _ measured: ValidationMetrics) -> [String] {
        var limits: [String] = []
        let train = fitted.rows["train"] ?? 0
        if train < 1_000 { limits.append("It was fitted to \(train) rows: what they do not show, it has not learned.") }
        if measured.values.isEmpty { limits.append("It was not measured: validation has no labeled row.") }
        let unseen = measured.confusion.map { matrix in
            zip(matrix.classes, matrix.counts).filter { $1.allSatisfy { $0 == 0 } }.map(\.0)
        }
        if let unseen, !unseen.isEmpty {
            limits.append("Validation has no row of \(unseen.prefix(20).joined(separator: ", ")): nothing is known of those answers.")
        }
        limits.append("The metrics are of the validation rows that helped to choose the model; the suite's are of test rows.")
        return limits
    }
}
