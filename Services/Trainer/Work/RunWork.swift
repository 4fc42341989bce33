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
        let stored = try await runs.start(job, environment: RunEnvironment.record(runtime: runtime))
        let manifest = stored.manifest
        if let registered = try await registry.version(ofRun: stored.run.id, of: stored.run.capability) {
            // An earlier attempt came so far, and its worker ended before it could say so.
            try control.seal()
            return try await runs.succeed(job, registered)
        }
        guard let shape = ClassifierShape(manifest), let labels = LabelSet(manifest), let recipe = Recipe(rawValue: stored.run.recipe)
        else {
            throw JobFailure("The recipe \(stored.run.recipe) cannot serve the interface of \(stored.run.capability).")
        }
        let version = try await dataset.version(stored.run.dataset?.version ?? stored.askedDataset, for: manifest)
        let reference = DatasetReference(name: version.dataset, version: version.number, id: version.id)
        try await runs.fix(reference, for: job)
        let all = try await rows.read(version, interface: manifest.interface)
        let (run, runtime) = (stored.run, runtime)
        let fitted = try await ComputeThread.run("training") {
            let train = try TrainingRows(all, shape: shape, labels: labels)
            let fitted = try RecipeFit.fit(
                recipe, run.parameters, seed: run.seed, rows: train, shape: shape, codes: labels.codes
            ) { progress in try control.note(iteration: progress.iteration, loss: progress.loss) }
            try control.check()
            var metrics = try ValidationMetrics.measure(
                fitted.model, rows: all, split: "validation", manifest: manifest, labels: labels, runtime: runtime)
            metrics["train_rows"] = Double(train.labels.count)
            metrics["train_loss"] = fitted.loss
            return (model: fitted.model, metrics: metrics)
        }
        try control.seal()
        try await runs.note(control.takePoints(), for: job)
        let digest = try await blobs.put(fitted.model)
        let registered = try await registry.register(
            NewModelVersion(
                model: digest, bytes: fitted.model.count, run: run.id, dataset: reference, manifestRevision: run.manifestRevision,
                recipe: run.recipe, parameters: run.parameters, seed: run.seed, metrics: fitted.metrics),
            of: run.capability)
        try await runs.succeed(job, registered)
    }
}
