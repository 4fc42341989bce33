import BlobStore
import Contracts
import Foundation
import Synchronization

/// Where files of batch jobs lie, below the blob store's folder and apart from the blobs of others: what is pruned here is nobody else's.
///
///     inference/files        uploads and predictions, by digest
///     inference/jobs/<id>    what one job makes on its way, by digest; goes when the job ends
final class BatchFolders: Sendable {
    let root: URL
    let files: DirectoryBlobStore
    /// Files that only this process sees.
    let scratch: URL
    private let jobs = Mutex<[String: DirectoryBlobStore]>([:])

    init(blobs: URL, scratch: URL) throws {
        root = blobs.appending(path: "inference")
        files = try DirectoryBlobStore(root: root.appending(path: "files"))
        self.scratch = scratch
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    }

    /// The files of one job.
    func own(_ job: String) throws -> DirectoryBlobStore {
        if let store = jobs.withLock({ $0[job] }) { return store }
        let store = try DirectoryBlobStore(root: folder(job))
        jobs.withLock { $0[job] = store }
        return store
    }

    /// Takes away what a job has made on its way.
    func drop(_ job: String) {
        jobs.withLock { $0[job] = nil }
        try? FileManager.default.removeItem(at: folder(job))
    }

    /// Jobs that have files.
    func names() -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "jobs").path)) ?? []
    }

    /// A new file of a job, where a blob of the job is a link away; goes with the job at the latest.
    func temporary(of job: String) throws -> URL {
        let making = folder(job).appending(path: "making")
        try FileManager.default.createDirectory(at: making, withIntermediateDirectories: true)
        return making.appending(path: UUID().uuidString)
    }

    /// A new file of this process.
    func temporary() -> URL { scratch.appending(path: UUID().uuidString) }

    private func folder(_ job: String) -> URL { root.appending(path: "jobs").appending(path: job) }
}
