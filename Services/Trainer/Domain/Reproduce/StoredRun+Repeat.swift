import Contracts
import Foundation

extension StoredRun {
    /// A run of the same code, parameters, seed, rows and manifest. Throws `conflict` for a run that has made no model.
    func repetition(id: String, at now: Date) throws(Problem) -> StoredRun {
        guard run.state == .succeeded, let dataset = run.dataset else {
            throw Problem(.conflict, "Run \(run.id) has made no model that could be made again: it is \(run.state.rawValue).")
        }
        let repeated = TrainingRun(
            id: id, capability: run.capability, state: .queued, manifestRevision: run.manifestRevision, recipe: run.recipe,
            parameters: run.parameters, seed: run.seed, metrics: [:], environment: [:], createdAt: now, priority: run.priority,
            timeoutSeconds: run.timeoutSeconds, code: run.command == nil ? nil : run.code, command: run.command,
            reproduces: run.reproduces ?? run.id)
        return StoredRun(run: repeated, manifest: manifest, askedDataset: dataset.version)
    }
}
