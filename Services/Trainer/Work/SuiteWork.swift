import BlobStore
import Contracts
import Evaluation
import OnnxRuntime

/// Runs a capability's tests on a registered version and stores the report at the registry.
struct SuiteWork: Sendable {
    let suites: SuiteStore
    let registry: RegistryPeer
    let dataset: DatasetPeer
    let rows: VersionRows
    let blobs: any BlobStore
    let runtime: Runtime

    func perform(_ job: Job, _ control: JobControl) async throws {
        let stored = try await suites.start(job)
        let suite = stored.suite
        let record = try await registry.capability(suite.capability)
        let version = try await registry.version(String(suite.version), of: suite.capability)
        let champion = try await registry.champion(of: suite.capability)
        let data = try await dataset.version(stored.askedDataset, for: record.manifest)
        let reference = DatasetReference(name: data.dataset, version: data.number, id: data.id)
        try await suites.fix(dataset: data.number, for: job)
        let all = try await rows.read(data, interface: record.manifest.interface)
        let candidate = SuiteRunner.Model(bytes: try await blobs.get(version.model), version: version.version)
        var reigning: SuiteRunner.Model?
        if let champion { reigning = SuiteRunner.Model(bytes: try await blobs.get(champion.model), version: champion.version) }
        let (runner, model) = (SuiteRunner(runtime: runtime), reigning)
        try control.check()
        let report = try await ComputeThread.run("suite") {
            try runner.report(
                id: suite.id, candidate, manifest: record.manifest, revision: record.revision, dataset: reference, rows: all,
                champion: model)
        }
        try control.seal()
        // What an earlier attempt has stored is what the gate judges by.
        let kept = try await registry.record(report, version: version.version)
        try await suites.finish(job, kept)
    }
}
