import BlobStore
import Contracts
import Foundation
import Tables
import Tensors

/// The first task of a job: makes one Parquet file of the input, unless it is one that shards can read as it is, counts the rows, and cuts
/// them into shards.
struct BatchPreparation: Sendable {
    /// Shards skip the rows before their own within a group of rows: how many times its own number a shard may have to skip.
    static let mostSkips = 16
    /// A file may take so long to be read.
    static let patience: Duration = .seconds(6 * 3600)
    /// Groups of rows of the file that shards read.
    static let groups = ["FORMAT parquet", "COMPRESSION snappy", "ROW_GROUP_SIZE 61440", "ROW_GROUP_SIZE_BYTES '16MB'"]
    /// Rows by which a model's pace is measured.
    static let trialRows = 256
    /// Runs of which the shortest counts.
    private static let trials = 5

    let store: BatchStore
    let folders: BatchFolders
    let tables: TableEngine
    let versions: VersionRows
    let engine: BatchEngine
    let mostShardRows: Int

    func perform(_ task: BatchTask) async throws {
        let job = try await store.start(task)
        let fields = try Self.fields(job.interface)
        let source = try await source(job, fields)
        guard source.rows > 0 else { throw BatchFailure("The input has no row.") }
        let plan = try await plan(job, source, fields)
        try await store.cut(task, rows: source.rows, plan: plan, source: source.digest, isUpload: source.isUpload)
    }

    static func fields(_ interface: Interface) throws(BatchFailure) -> [TensorField] {
        let fields = interface.inputs.compactMap { TensorField($0) }
        guard fields.count == interface.inputs.count else {
            throw BatchFailure("An input of the model cannot be read from rows of a table.")
        }
        return fields
    }

    private struct Source {
        let file: URL
        let digest: Digest
        let rows: Int
        let isUpload: Bool
    }

    private func source(_ job: StoredBatchJob, _ fields: [TensorField]) async throws -> Source {
        if let version = job.datasetVersion { return try await normalised(version, job, fields) }
        guard let digest = job.job.input.file, let format = job.fileFormat else { throw BatchFailure("The job has no input.") }
        let file = try await folders.files.localFile(digest)
        let found = try await RowSource.open(tables, file: file, format: format, within: Self.patience)
        let projection = try RowProjection(found.columns, fields: fields, reserved: job.reserved)
        if found.isNumbered {
            let (rows, largest) = try await found.parquetRows(tables)
            if largest <= Self.mostSkips * mostShardRows { return Source(file: file, digest: digest, rows: rows, isUpload: true) }
        }
        let typed = try await projection.typed(from: found.relation) { [tables] in try await tables.query($0, within: Self.patience) }
        return try await kept(job) { [tables] file in
            try await tables.write(query: typed.normalised(found.relation), to: file, options: Self.groups, within: Self.patience)
        }
    }

    /// Rows of a dataset in the order of their ids, with their split, label and context beside the inputs.
    private func normalised(_ version: DatasetVersion, _ job: StoredBatchJob, _ fields: [TensorField]) async throws -> Source {
        let table = try await versions.open(version, interface: job.interface)
        let view = DatasetView(table, interface: job.interface, split: job.job.input.split)
        let projection = try RowProjection(view.columns, fields: fields, reserved: job.reserved)
        let typed = try await projection.typed(from: view.relation) { try await table.query($0, within: Self.patience) }
        return try await kept(job) { file in
            try await table.write(typed.normalised(view.relation) + view.order, to: file, options: Self.groups, within: Self.patience)
        }
    }

    private func kept(_ job: StoredBatchJob, _ write: (URL) async throws -> Int) async throws -> Source {
        let temporary = folders.temporary()
        defer { try? FileManager.default.removeItem(at: temporary) }
        let rows = try await write(temporary)
        let own = try folders.own(job.job.id)
        let digest = try await own.put(file: temporary)
        return Source(file: try await own.localFile(digest), digest: digest, rows: rows, isUpload: false)
    }

    private func plan(_ job: StoredBatchJob, _ source: Source, _ fields: [TensorField]) async throws -> BatchPlan {
        let bytes = fields.reduce(0) { $0 + $1.bytesPerRow }
        let pace = try await store.pace(of: job.model) { try await measured(job, source, fields, bytes) }
        return BatchPlan(secondsPerRow: pace ?? BatchPlan.chunkSeconds / 64, bytesPerRow: bytes, most: mostShardRows)
    }

    /// Seconds of a row among others, by the first rows of the input; nil when none of them can be run.
    private func measured(_ job: StoredBatchJob, _ source: Source, _ fields: [TensorField], _ bytes: Int) async throws -> Double? {
        let rows = min(source.rows, max(1, min(Self.trialRows, BatchPlan.chunkBytes / max(1, bytes))))
        let found = try await RowSource.open(tables, file: source.file, format: .parquet)
        let projection = try RowProjection(found.columns, fields: fields, reserved: job.reserved)
        let hold = try await engine.hold(job.job.capability, job.job.version)
        defer { hold.release() }
        for try await slice in tables.slices(projection.inputs(of: found, 0..<rows), fields: fields, rows: rows) {
            guard let batch = slice.batches.max(by: { $0.rows < $1.rows }) else { continue }
            return try await pace(hold, batch, job.outputs.map(\.name))
        }
        return nil
    }

    /// Seconds that one more row takes: what a run costs whatever its rows is taken off.
    private func pace(_ hold: BatchEngine.Hold, _ batch: RowSlice.Batch, _ outputs: [String]) async throws -> Double {
        func seconds(_ inputs: [Tensor]) async throws -> Double {
            var best = Double.infinity
            for _ in 0..<Self.trials {
                let start = ContinuousClock.now
                _ = try await hold.run(inputs, outputs)
                best = min(best, start.duration(to: .now).inSeconds)
            }
            return best
        }
        let all = try await seconds(batch.inputs)
        guard batch.rows > 1 else { return all }
        let one = try await seconds(batch.inputs.map { $0.rows(0..<1) })
        return max(0, all - one) / Double(batch.rows - 1)
    }
}
