import BlobStore
import Contracts
import Evaluation
import OnnxRuntime

/// Runs a capability's tests on a model, keeps the report and its rows among the blobs, and stores that of a registered version at the
/// registry.
struct SuiteWork: Sendable {
    let suites: SuiteStore
    let runs: RunStore
    let registry: RegistryPeer
    let dataset: DatasetPeer
    let rows: VersionRows
    let blobs: any BlobStore
    let recipes: RecipeFit
    let machine: MachineMeasure

    private var runtime: Runtime { recipes.runtime }

    func perform(_ job: Job, _ control: JobControl) async throws {
        let stored = try await suites.start(job)
        let suite = stored.suite
        let record = try await registry.capability(suite.capability)
        let tested = try await tested(suite)
        let data = try await dataset.version(stored.askedDataset, for: record.manifest)
        try await suites.fix(dataset: data.number, for: job)
        let order = SuiteOrder(
            id: suite.id, model: SuiteRunner.Model(bytes: try await blobs.get(tested.model), version: tested.version),
            manifest: record.manifest, revision: record.revision,
            dataset: DatasetReference(name: data.dataset, version: data.number, id: data.id),
            material: try await material(record.manifest, data))
        try control.check()
        let outcome = try await outcome(order, try await seeds(tested, count: suite.seeds ?? 1), control)
        try control.seal()
        _ = try await blobs.put(outcome.rows)
        // What an earlier attempt has stored is what the gate judges by.
        var kept = outcome.report
        if let version = tested.version { kept = try await registry.record(kept, version: version) }
        let digest = try await blobs.put(try WireJSON.value(kept).canonical)
        try await suites.finish(job, kept, digest: digest)
    }

    /// The model's recipe with what its fit needs beside rows.
    private func seeds(_ tested: TestedModel, count: Int) async throws -> SeedModels {
        let digest = count > 1 ? tested.parameters["backbone"]?.stringValue.flatMap { Digest($0) } : nil
        var backbone: [UInt8]?
        if let digest { backbone = try await blobs.get(digest) }
        return SeedModels(recipe: tested, count: count, recipes: recipes, backbone: backbone)
    }

    /// Judges the model; over seeds the recipe's others, too.
    private func outcome(
        _ order: SuiteOrder, _ seeds: SeedModels, _ control: JobControl
    ) async throws -> (report: SuiteReport, rows: [UInt8]) {
        let trained = seeds.isSingle ? [] : try await trainingRows(seeds.recipe, order)
        let runner = SuiteRunner(runtime: runtime)
        return try await ComputeThread.run("suite") {
            let own = try runner.run(order)
            let report = try seeds.sweep(own.report, rows: trained, manifest: order.manifest) { model in
                try control.check()
                var other = order
                other.model = SuiteRunner.Model(bytes: model, version: order.model.version)
                return try runner.run(other).report
            }
            return (report, own.rows)
        }
    }

    /// The model that is tested, with the recipe that made it.
    private func tested(_ suite: SuiteRun) async throws -> TestedModel {
        if let number = suite.version { return TestedModel(try await registry.version(String(number), of: suite.capability)) }
        let id = suite.run ?? ""
        guard let tested = TestedModel(try await runs.find(id).run) else { throw JobFailure("Run \(id) has no model to test.") }
        return tested
    }

    /// What the tests need beside the model: rows, the models they compare with, people's preferences, the machine.
    func material(_ manifest: CapabilityManifest, _ data: DatasetVersion) async throws -> SuiteMaterial {
        let suite = try TestSuite(manifest)
        // Leakage and representation are about every row, the rest about labeled ones.
        let looksAtData = (manifest.tests ?? []).contains { $0.kind == TestKind.data.rawValue }
        var material = SuiteMaterial(
            rows: try await rows.read(data, interface: manifest.interface, labeledOnly: !looksAtData), machine: machine)
        for alias in suite.aliases.union(["champion"]) {
            guard let version = try await registry.aliased(alias, of: manifest.metadata.name) else { continue }
            material.others[alias] = SuiteRunner.Model(bytes: try await blobs.get(version.model), version: version.version)
        }
        for name in suite.preferenceDatasets {
            let version = try await dataset.newest(name, team: manifest.metadata.team)
            material.preferences[name] = try await rows.read(version, interface: manifest.interface)
        }
        return material
    }

    /// The rows that the recipe is fitted to: those of the version that the model was trained on.
    private func trainingRows(_ tested: TestedModel, _ order: SuiteOrder) async throws -> [DatasetRow] {
        guard let trained = tested.dataset, trained.version > 0, trained.version != order.dataset.version else {
            return order.material.rows
        }
        return try await rows.read(
            try await dataset.version(trained.version, for: order.manifest), interface: order.manifest.interface)
    }
}
