import BlobStore
import Contracts
import Evaluation
import OnnxRuntime

/// Runs a capability's tests on a model, keeps the report among the blobs, and stores that of a registered version at the registry.
struct SuiteWork: Sendable {
    let suites: SuiteStore
    let runs: RunStore
    let registry: RegistryPeer
    let dataset: DatasetPeer
    let rows: VersionRows
    let blobs: any BlobStore
    let runtime: Runtime

    func perform(_ job: Job, _ control: JobControl) async throws {
        let stored = try await suites.start(job)
        let suite = stored.suite
        let record = try await registry.capability(suite.capability)
        let tested = try await tested(suite)
        let champion = try await registry.aliased("champion", of: suite.capability)
        let data = try await dataset.version(stored.askedDataset, for: record.manifest)
        let reference = DatasetReference(name: data.dataset, version: data.number, id: data.id)
        try await suites.fix(dataset: data.number, for: job)
        let all = try await rows.read(data, interface: record.manifest.interface)
        let candidate = SuiteRunner.Model(
            bytes: try await blobs.get(tested.model), version: tested.version)
        var reigning: SuiteRunner.Model?
        if let champion {
            reigning = SuiteRunner.Model(
                bytes: try await blobs.get(champion.model), version: champion.version)
        }
        let seeds = SeedModels(recipe: tested, count: suite.seeds ?? 1)
        let trained = seeds.isSingle ? [] : try await trainingRows(tested, data, all, record.manifest)
        let (runner, model) = (SuiteRunner(runtime: runtime), reigning)
        try control.check()
        let report = try await ComputeThread.run("suite") {
            try seeds.sweep(
                candidate, rows: trained, manifest: record.manifest, check: { try control.check() }
            ) { candidate in
                try runner.report(
                    id: suite.id, candidate, manifest: record.manifest, revision: record.revision,
                    dataset: reference, rows: all,
                    champion: model)
            }
        }
        try control.seal()
        // What an earlier attempt has stored is what the gate judges by.
        var kept = report
        if let version = tested.version { kept = try await registry.record(report, version: version) }
        let digest = try await blobs.put(try WireJSON.value(kept).canonical)
        try await suites.finish(job, kept, digest: digest)
    }

    /// The model that is tested, with the recipe that made it.
    private func tested(_ suite: SuiteRun) async throws -> TestedModel {
        if let number = suite.version {
            return TestedModel(try await registry.version(String(number), of: suite.capability))
        }
        let id = suite.run ?? ""
        guard let tested = TestedModel(try await runs.find(id).run) else {
            throw JobFailure("Run \(id) has no model to test.")
        }
        return tested
    }

    /// The rows that the recipe is fitted to: those of the version that the model was trained on.
    private func trainingRows(
        _ tested: TestedModel, _ data: DatasetVersion, _ present: [DatasetRow],
        _ manifest: CapabilityManifest
    ) async throws -> [DatasetRow] {
        guard let trained = tested.dataset, trained.version != data.number else { return present }
        return try await rows.read(
            try await dataset.version(trained.version, for: manifest), interface: manifest.interface)
    }
}
