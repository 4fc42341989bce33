import BlobStore
import Contracts
import Foundation
import Tables

/// The last task of a job: puts the parts of all shards together, in the order of the rows, as one file of the format asked for.
struct BatchJoin: Sendable {
    let store: BatchStore
    let folders: BatchFolders
    let files: BatchFileStore
    let tables: TableEngine
    let metrics: BatchMetrics

    func perform(_ task: BatchTask) async throws {
        let job = try await store.start(task)
        let own = try folders.own(task.job)
        var parts: [URL] = []
        for part in try await store.parts(task) { parts.append(try await own.localFile(part)) }
        let joined = folders.temporary()
        defer { try? FileManager.default.removeItem(at: joined) }
        let output = try await file(parts, job.job.format, joined)
        let digest = try await folders.files.put(file: output)
        let bytes = try await folders.files.size(digest)
        try await store.finish(task, output: digest, bytes: bytes) { [files] in try await files.settle(digest, file: output, on: $0) }
        metrics.ended(.succeeded)
        folders.drop(task.job)
    }

    private func file(_ parts: [URL], _ format: TableFormat, _ joined: URL) async throws -> URL {
        if format == .parquet {
            if parts.count == 1 { return parts[0] }
            try await Background.run { try ParquetJoin.join(parts, to: joined) }
            return joined
        }
        let columns = try await RowSource.open(tables, file: parts[0], format: .parquet).columns
        try await tables.write(
            query: RowExport(columns: columns, parts: parts).query(as: format), to: joined, options: RowExport.options(format),
            within: BatchPreparation.patience)
        return joined
    }
}
