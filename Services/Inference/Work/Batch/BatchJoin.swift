import BlobStore
import Contracts
import Foundation
import Logging

/// The last task of a job: puts the parts of all shards together, in the order of the rows, as one file of the format asked for.
struct BatchJoin: Sendable {
    let store: BatchStore
    let folders: BatchFolders
    let files: BatchFileStore
    let pipeline: BatchPipeline
    let metrics: BatchMetrics
    let logger: Logger

    func perform(_ task: BatchTask) async throws {
        let job = try await store.start(task)
        let parts: [URL]
        do {
            parts = try await self.parts(task)
        } catch let error as BlobError {
            // Parts are not synced: after a power cut one may be gone, or not whole.
            logger.warning("parts of a batch job are damaged: it begins anew", metadata: ["job": "\(task.job)", "error": "\(error)"])
            return try await store.restart(task)
        }
        let joined = try folders.temporary(of: task.job)
        defer { try? FileManager.default.removeItem(at: joined) }
        try await pipeline.join(parts, as: job.job.format, to: joined)
        let digest = try await folders.files.put(linking: joined)
        let bytes = try await folders.files.size(digest)
        try await store.finish(task, output: digest, bytes: bytes) { [files] in try await files.settle(digest, file: joined, on: $0) }
        metrics.ended(.succeeded)
        folders.drop(task.job)
    }

    private func parts(_ task: BatchTask) async throws -> [URL] {
        let own = try folders.own(task.job)
        var parts: [URL] = []
        for part in try await store.parts(task) { parts.append(try await own.localFile(part)) }
        return parts
    }
}
