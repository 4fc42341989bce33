import Foundation
import Logging
import ServiceLifecycle

/// Takes away jobs and files that are older than they are kept, and what killed or cancelled jobs have left behind.
struct BatchPruning: Service {
    let store: BatchStore
    let files: BatchFileStore
    let folders: BatchFolders
    /// How long jobs that ended and files that were uploaded are kept.
    let retention: Duration
    let pause: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await prune()
                } catch {
                    logger.warning("batch jobs could not be pruned", metadata: ["error": "\(String(reflecting: error))"])
                }
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// One round.
    func prune() async throws {
        // Folders first: a job that is made in between has none yet.
        let names = folders.names()
        let live = try await store.live()
        for name in names where !live.contains(name) { folders.drop(name) }
        let time = Date.now - retention.inSeconds
        while try await files.prune(before: time) > 0, !Task.isCancelled {}
    }
}
