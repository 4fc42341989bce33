import BlobStore
import Contracts
import Evaluation
import Foundation
import LinearAlgebra
import MeshClient
import OnnxRuntime

/// Does a training run: rows, fit, export, validation, registration.
struct RunWork: Sendable {
    let runs: RunStore
    let registry: RegistryPeer
    let dataset: DatasetPeer
    let rows: VersionRows
    let blobs: any BlobStore
    let recipes: RecipeFit
    let stores: RecipeStores
    let artifacts: RunArtifacts
    /// Where features of rows are kept that do not fit in memory.
    let scratch: URL

    var runtime: Runtime { recipes.runtime }

    func perform(_ job: Job, _ control: JobControl) async throws {
        let stored = try await runs.start(job, environment: RunEnvironment.record(runtime: runtime), code: OwnCode.record)
        if try await wasRegistered(stored.run, job, control) { return }
        let material = try await runMaterial(of: stored, job)
        let fitted = try await fit(stored, material, job, control)
        try control.seal()
        try await runs.note(control.takePoints(), for: job)
        let digest = try await blobs.put(fitted.model)
        try await artifacts.put(fitted.files, run: job.id, team: stored.manifest.metadata.team)
        guard stored.run.registers else {
            let score = try await score(of: fitted.model, stored, material.rows)
            return try await runs.conclude(job, model: digest, metrics: fitted.metrics, score: score)
        }
        let run = stored.run
        let registered = try await registry.register(
            NewModelVersion(
                model: digest, bytes: fitted.model.count, run: run.id, dataset: material.reference, manifestRevision: run.manifestRevision,
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
        let (version, reference) = try await version(of: stored, job)
        let labeledOnly = Recipe(rawValue: stored.run.recipe)?.needsLabels ?? true
        let all = try await rows.read(version, interface: stored.manifest.interface, labeledOnly: labeledOnly)
        try await runs.fix(splits: SplitDigests.of(all), for: job)
        return (reference, all)
    }

    private func version(of stored: StoredRun, _ job: Job) async throws -> (DatasetVersion, DatasetReference) {
        let version = try await dataset.version(stored.run.dataset?.version ?? stored.askedDataset, for: stored.manifest)
        let reference = DatasetReference(name: version.dataset, version: version.number, id: version.id)
        try await runs.fix(reference, for: job)
        return (version, reference)
    }

    /// The rows, or where they do not fit in memory what reads them page by page. A trial of a search is ranked by rows in memory.
    private func runMaterial(of stored: StoredRun, _ job: Job) async throws -> RunMaterial {
        let order = try RecipeOrder(stored.run, stored.manifest)
        guard stored.run.search == nil, StreamedRows.canStream(order) else {
            let (reference, all) = try await material(of: stored, job)
            return RunMaterial(reference: reference, rows: all, stream: nil)
        }
        let (version, reference) = try await version(of: stored, job)
        if !StreamedRows.isNeeded(order, version) {
            let (_, all) = try await material(of: stored, job)
            let isTooWide = try await ComputeThread.run("survey") { [recipes] in try recipes.isTooWide(order, rows: all) }
            if !isTooWide { return RunMaterial(reference: reference, rows: all, stream: nil) }
        }
        let interface = stored.manifest.interface
        let pages = VersionPages(
            try await rows.table(version, interface: interface), labeledOnly: order.recipe.needsLabels, interface: interface)
        return RunMaterial(reference: reference, rows: [], stream: StreamedRows(pages: pages, recipes: recipes, scratch: scratch))
    }

    private func fit(_ stored: StoredRun, _ material: RunMaterial, _ job: Job, _ control: JobControl) async throws -> RunResult {
        var run = stored.run
        run.dataset = material.reference
        let order = try await stores.complete(try RecipeOrder(run, stored.manifest), rows: material.rows)
        let (fitted, measured) =
            if let stream = material.stream {
                try await streamed(order, stream, job, control)
            } else {
                try await held(order, material.rows, control)
            }
        try await stores.keep(fitted, of: order)
        return try RunResult(run, fitted, measured, manifest: stored.manifest)
    }

    private func held(_ order: RecipeOrder, _ all: [DatasetRow], _ control: JobControl) async throws -> (FittedRecipe, ValidationMetrics) {
        try await ComputeThread.run("training") { [recipes] in
            let fitted = try recipes.fit(order, rows: all) { try control.note(iteration: $0.iteration, loss: $0.loss) }
            try control.check()
            let measured =
                order.recipe.needsLabels
                ? try ValidationMetrics(
                    fitted.model, rows: all, split: "validation", manifest: order.manifest, runtime: recipes.runtime) : .none
            return (fitted, measured)
        }
    }

    private func streamed(
        _ order: RecipeOrder, _ stream: StreamedRows, _ job: Job, _ control: JobControl
    ) async throws -> (FittedRecipe, ValidationMetrics) {
        let (material, read) = try await stream.material(order)
        try await runs.fix(splits: SplitDigests.of(read), for: job)
        let fitted = try await ComputeThread.run("training") { [recipes] in
            try recipes.fit(order, material) { try control.note(iteration: $0.iteration, loss: $0.loss) }
        }
        try control.check()
        return (fitted, try await stream.measure(fitted.model, order, split: .validation))
    }
}

extension RunWork: JobWork {
    func show(_ points: [ProgressPoint], of job: Job) async throws {
        try await runs.note(points, for: job)
    }

    func end(_ job: Job, failure: String?) async throws {
        if failure != nil, job.isLast, try await endedWell(job) { return }
        try await runs.end(job, as: failure == nil ? .cancelled : .failed, error: failure)
    }

    /// Whether the run had registered its model when its last worker ended: then the version stands, and so does the run.
    private func endedWell(_ job: Job) async throws -> Bool {
        do {
            return try await wasRegistered(try await runs.stored(job.id).run, job, JobControl())
        } catch let error as ClientError where !JobFault(error).isPassing {
            // Where there is no capability any more, there is no version.
            return false
        }
    }

    func requeue(_ job: Job, error: String) async throws {
        try await runs.requeue(job, error: error)
    }
}

extension TrainingRun {
    /// Whether its model becomes a version.
    var registers: Bool { reproduces == nil && search == nil }
}
