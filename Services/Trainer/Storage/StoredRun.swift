import Contracts
import Foundation
import Postgres

/// A run as its worker needs it.
struct StoredRun: Sendable {
    var run: TrainingRun
    /// The manifest's revision that the run was asked for.
    let manifest: CapabilityManifest
    /// Nil for the newest.
    let askedDataset: Int?
}

extension StoredRun {
    init(row: Row) throws {
        run = try TrainingRun(row: row)
        manifest = try row.json("manifest")
        askedDataset = try row.decode("asked_dataset")
    }
}

extension TrainingRun {
    init(row: Row) throws {
        self.init(
            id: try row.decode("id"), capability: try row.decode("capability"), state: try row.state("state"),
            manifestRevision: try row.decode("manifest_revision"), dataset: try row.optionalJSON("dataset"),
            recipe: try row.decode("recipe"), parameters: try row.json("parameters"), seed: try row.decode("seed"),
            iteration: try row.decode("iteration"), loss: try row.decode("loss"), metrics: try row.json("metrics"),
            environment: try row.json("environment"), model: try row.decode("model", as: String?.self).flatMap { Digest($0) },
            version: try row.decode("version"), error: try row.decode("error"), createdAt: try row.decode("created_at"),
            startedAt: try row.decode("started_at"), endedAt: try row.decode("ended_at"),
            priority: try row.decode("priority"), timeoutSeconds: try row.decode("timeout_seconds"), attempt: try row.decode("attempt"),
            code: try row.optionalJSON("code"), splits: try row.optionalJSON("splits"), command: try row.optionalJSON("command"),
            reproduces: try row.decode("reproduces"), search: try row.decode("search"))
    }
}
