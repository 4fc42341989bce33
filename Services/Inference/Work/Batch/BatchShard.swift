import BlobStore
import Contracts
import Foundation

/// Predicts the rows of one shard and keeps them as a part.
struct BatchShard: Sendable {
    let store: BatchStore
    let folders: BatchFolders
    let pipeline: BatchPipeline
    let metrics: BatchMetrics
    let bell: BatchBell

    func perform(_ task: BatchTask, _ tally: BatchTally) async throws {
        let job = try await store.start(task)
        guard let digest = job.source else { throw BatchFailure("The job has no source.") }
        let own = try folders.own(task.job)
        let file = try await (job.isUpload ? folders.files : own).localFile(digest)
        let part = try folders.temporary(of: task.job)
        defer { try? FileManager.default.removeItem(at: part) }
        let start = ContinuousClock.now
        let refused = try await pipeline.predict(
            task.first..<task.first + task.rows, of: file, for: job.target, chunk: job.plan.chunkRows, to: part, tally)
        // What a power cut takes of it is made again: nobody waits for the disk here.
        let kept = try await own.put(linking: part, isLasting: false)
        if try await store.commit(task, part: kept, refused: refused.count) { bell.ring() }
        metrics.note(job.job.capability, rows: task.rows, refused: refused.count, took: start.duration(to: .now))
    }
}
