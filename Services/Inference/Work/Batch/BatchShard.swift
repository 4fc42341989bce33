import BlobStore
import Contracts
import Foundation
import Tables

/// Predicts the rows of one shard and writes them as a part.
struct BatchShard: Sendable {
    let store: BatchStore
    let folders: BatchFolders
    let tables: TableEngine
    let engine: BatchEngine
    let metrics: BatchMetrics
    let inFlight: Int

    func perform(_ task: BatchTask) async throws {
        let job = try await store.start(task)
        guard let digest = job.source else { throw BatchFailure("The job has no source.") }
        let own = try folders.own(task.job)
        let file = try await (job.isUpload ? folders.files : own).localFile(digest)
        let fields = try BatchPreparation.fields(job.interface)
        let source = try await RowSource.open(tables, file: file, format: .parquet)
        let projection = try RowProjection(source.columns, fields: fields, reserved: job.reserved)
        let range = task.first..<task.first + task.rows
        let outputs = try BatchRun.columns(job.outputs)

        let start = ContinuousClock.now
        let hold = try await engine.hold(job.job.capability, job.job.version)
        defer { hold.release() }
        let run = BatchRun(fields: fields, outputs: outputs, model: hold, inFlight: inFlight)
        let slices = tables.slices(
            projection.inputs(of: source, range), fields: fields, rows: job.plan.chunkRows, within: BatchPreparation.patience)
        let predicted = try await run.predictions(of: slices)
        guard predicted.reduce(0, { $0 + $1.count }) == task.rows else {
            throw BatchFailure("The input does not have the rows that it had.")
        }
        let refused = predicted.reduce(0) { $0 + $1.faults.count }

        let part = folders.temporary()
        defer { try? FileManager.default.removeItem(at: part) }
        try await tables.write(
            predicted, outputs: outputs, query: projection.joined(of: source, range, outputs: outputs), to: part,
            options: RowExport.options(.parquet), within: BatchPreparation.patience)
        let kept = try await own.put(file: part)
        try await store.commit(task, part: kept, refused: refused)
        metrics.note(job.job.capability, rows: task.rows, refused: refused, took: start.duration(to: .now))
    }
}
