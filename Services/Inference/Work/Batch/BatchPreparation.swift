import BlobStore
import Contracts
import Foundation
import Tables

/// The first task of a job: makes one Parquet file of the input, unless it is one that shards can read as it is, counts the rows, and cuts
/// them into shards.
struct BatchPreparation: Sendable {
    let store: BatchStore
    let folders: BatchFolders
    let versions: VersionRows
    let pipeline: BatchPipeline

    func perform(_ task: BatchTask) async throws {
        let job = try await store.start(task)
        let normalised = try folders.temporary(of: task.job)
        defer { try? FileManager.default.removeItem(at: normalised) }
        let source = try await source(job, at: normalised)
        guard source.rows > 0 else { throw BatchFailure("The input has no row.") }
        let plan = try await pipeline.plan(job.target, source) { [store] in try await store.pace(of: job.model, measured: $0) }
        guard let digest = source.isInput ? job.job.input.file : try await folders.own(task.job).put(linking: source.file) else {
            throw BatchFailure("The job has no input.")
        }
        try await store.cut(task, rows: source.rows, plan: plan, source: digest, isUpload: source.isInput)
    }

    private func source(_ job: StoredBatchJob, at normalised: URL) async throws -> BatchPipeline.Source {
        if let version = job.datasetVersion {
            let table = try await versions.open(version, interface: job.interface)
            return try await pipeline.source(table, split: job.job.input.split, for: job.target, at: normalised)
        }
        guard let digest = job.job.input.file, let format = job.fileFormat else { throw BatchFailure("The job has no input.") }
        return try await pipeline.source(
            try await folders.files.localFile(digest), format, for: job.target, at: normalised)
    }
}
