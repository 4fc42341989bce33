import Contracts
import Foundation
import Postgres
import Statistics

extension RunStore {
    /// A run of a search's recipe with these parameters: a trial of it, or the one that registers what it crowned.
    static func queued(_ parameters: [String: JSONValue], of stored: StoredSearch, search: String?) throws(Problem) -> StoredRun {
        let asked = stored.record.asked
        let wish = NewRun(
            capability: asked.capability, dataset: asked.dataset, recipe: asked.recipe, parameters: parameters, seed: asked.seed)
        let plan = try RunPlan(wish, manifest: stored.manifest)
        let run = TrainingRun(
            id: newID(), capability: asked.capability, state: .queued, manifestRevision: stored.manifestRevision,
            recipe: plan.recipe.rawValue, parameters: plan.parameters, seed: plan.seed, metrics: [:], environment: [:], createdAt: .now,
            priority: asked.priority ?? 0, search: search)
        return StoredRun(run: run, manifest: stored.manifest, askedDataset: asked.dataset)
    }

    /// What a trial's search ranks by.
    func metricOfSearch(_ run: TrainingRun) async throws -> Metric {
        let rows = try await database.query(
            "SELECT coalesce(asked->>'metric', 'accuracy') AS metric FROM searches WHERE id = \(run.search)")
        return try Metric.named(try rows.first?.decode("metric") ?? "accuracy")
    }
}
