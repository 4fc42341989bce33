import BlobStore
import Contracts
import Evaluation
import OnnxRuntime
import Quantization

/// Makes device variants of a registered version, measures and judges each, and stores them at the registry.
struct VariantWork: Sendable {
    static let noRows = "The dataset version has no labeled row of the test split to measure variants on."

    let variants: VariantStore
    let registry: RegistryPeer
    let dataset: DatasetPeer
    let testing: SuiteWork
    let blobs: any BlobStore
    let runtime: Runtime

    func perform(_ job: Job, _ control: JobControl) async throws {
        let stored = try await variants.start(job)
        let material = try await material(stored, job)
        let bench = VariantBench(runtime: runtime, material: material) { try control.check() }
        var outcomes: [VariantRun.Outcome] = []
        for precision in stored.run.precisions {
            try control.check()
            outcomes.append(try await outcome(precision, bench, job))
        }
        try control.seal()
        try await variants.finish(job, outcomes)
    }

    private func outcome(_ precision: String, _ bench: VariantBench, _ job: Job) async throws -> VariantRun.Outcome {
        do {
            let made = try await ComputeThread.run("variants") { try bench.make(precision, report: "\(job.id)-\(precision)") }
            guard try await blobs.put(made.bytes) == made.variant.id else { throw BlobError.corrupt(made.variant.id) }
            _ = try await blobs.put(made.answers)
            let kept = try await registry.record(made.variant)
            return VariantRun.Outcome(precision: precision, variant: kept.id, verdict: kept.verdict)
        } catch let fault as QuantizationFault {
            return VariantRun.Outcome(precision: precision, reason: fault.description)
        }
    }

    private func material(_ stored: VariantStore.Stored, _ job: Job) async throws -> VariantMaterial {
        let capability = stored.run.capability
        let record = try await registry.capability(capability)
        let version = try await registry.version(String(stored.run.version), of: capability)
        let data = try await dataset.version(stored.askedDataset, for: record.manifest)
        try await variants.fix(dataset: data.number, for: job)
        return VariantMaterial(
            version: version, record: record, dataset: DatasetReference(name: data.dataset, version: data.number, id: data.id),
            parent: try await blobs.get(version.model), suite: try await testing.material(record.manifest, data))
    }
}

extension VariantWork: JobWork {
    func show(_ points: [ProgressPoint], of job: Job) async throws {}

    func end(_ job: Job, failure: String?) async throws {
        try await variants.fail(job, error: failure ?? "Cancelled.")
    }

    func requeue(_ job: Job, error: String) async throws {
        try await variants.requeue(job, error: error)
    }
}
