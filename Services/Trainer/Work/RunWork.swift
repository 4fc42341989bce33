import BlobStore
import Contracts
import Evaluation
import Foundation
import LinearAlgebra
import OnnxRuntime

/// Does a training run: rows, fit, export, validation, registration.
struct RunWork: Sendable {
    let runs: RunStore
    let registry: RegistryPeer
    let dataset: DatasetPeer
    let rows: VersionRows
    let blobs: any BlobStore
    let runtime: Runtime

    func perform(_ job: Job, _ control: JobControl) async throws {
        let stored = try await runs.start(job, environment: RunEnvironment.record(runtime: runtime), code: OwnCode.record)
        if try await wasRegistered(stored.run, job, control) { return }
        let (reference, all) = try await material(of: stored, job)
        let fitted = try await fit(stored, all, control)
        try control.seal()
        try await runs.note(control.takePoints(), for: job)
        let digest = try await blobs.put(fitted.model)
        guard stored.run.registers else {
            let score = try await score(of: fitted.model, stored, all)
            return try await runs.conclude(job, model: digest, metrics: fitted.metrics, score: score)
        }
        let run = stored.run
        let registered = try await registry.register(
            NewModelVersion(
                model: digest, bytes: fitted.model.count, run: run.id, dataset: reference, manifestRevision: run.manifestRevision,
                recipe: run.recipe, parameters: run.parameters, seed: run.seed, metrics: fitted.metrics),
            of: run.capability)
        try await runs.succeed(job, registered)
    }

    /// Whether an earlier attempt came as far as to register the model, and its worker ended before it could say so.
    func wasRegistered(_ run: TrainingRun, _ job: Job, _ control: JobControl) async throws -> Bool {
        guard run.registers, let registered = try await registry.version(ofRun: run.id, of: run.capability) else { return false }
        try control.seal()
        try await runs.succeed(job, registered)
        return true
    }

    /// The rows of the run's dataset version, which is fixed for every attempt at it.
    func material(of stored: StoredRun, _ job: Job) async throws -> (DatasetReference, [DatasetRow]) {
        let version = try await dataset.version(stored.run.dataset?.version ?? stored.askedDataset, for: stored.manifest)
        let reference = DatasetReference(name: version.dataset, version: version.number, id: version.id)
        try await runs.fix(reference, for: job)
        let all = try await rows.read(version, interface: stored.manifest.interface)
        try await runs.fix(splits: SplitDigests.of(all), for: job)
        return (reference, all)
    }

    private func fit(_ stored: StoredRun, _ all: [DatasetRow], _ control: JobControl) async throws -> Fitted {
        let (run, manifest, runtime) = (stored.run, stored.manifest, runtime)
        guard let shape = ClassifierShape(manifest), let labels = LabelSet(manifest), let recipe = Recipe(rawValue: run.recipe) else {
            throw JobFailure("The recipe \(run.recipe) cannot serve the interface of \(run.capability).")
        }
        return try await ComputeThread.run("training") {
            let train = try TrainingRows(all, shape: shape, labels: labels)
            let fitted = try RecipeFit.fit(
                recipe, run.parameters, seed: run.seed, rows: train, shape: shape, codes: labels.codes
            ) { progress in try control.note(iteration: progress.iteration, loss: progress.loss) }
            try control.check()
            var metrics = try ValidationMetrics.measure(
                fitted.model, rows: all, split: "validation", manifest: manifest, labels: labels, runtime: runtime)
            metrics["train_rows"] = Double(train.labels.count)
            metrics["train_loss"] = fitted.loss
            return Fitted(model: fitted.model, metrics: metrics)
        }
    }

    /// A fitted model's file with its metrics.
    private struct Fitted: Sendable {
        let model: [UInt8]
        let metrics: [String: Double]
    }
}

extension RunWork: JobWork {
    func show(_ points: [ProgressPoint], of job: Job) async throws {
        try await runs.note(points, for: job)
    }

    func end(_ job: Job, failure: String?) async throws {
        try await runs.end(job, as: failure == nil ? .cancelled : .failed, error: failure)
    }

    func requeue(_ job: Job, error: String) async throws {
        try await runs.requeue(job, error: error)
    }
}

extension TrainingRun {
    /// Whether its model becomes a version.
    var registers: Bool { reproduces == nil && search == nil }
}
