import Foundation
import Logging
import Postgres
import Scheduling
import ServiceLifecycle

/// Takes builds of indexes off the queue, one at a time, and holds each by its heart beat.
struct IndexWorker: Service {
    /// Between two looks at an empty queue.
    static let idle: Duration = .milliseconds(500)

    let name: String
    let store: IndexStore
    let builder: IndexBuilder
    /// Where the work is done; the lease is held by threads that get their turn.
    let idle: IdleExecutor
    let lease: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    // Before it is known which models there are, nothing can be built.
                    if builder.directory.isLoaded, let build = try await store.claim(worker: name, lease: lease) {
                        await work(build)
                    } else {
                        try await Task.sleep(for: Self.idle)
                    }
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("the queue of index builds could not be read", metadata: ["error": "\(String(reflecting: error))"])
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        }
    }

    /// Does one build and settles what becomes of it.
    func work(_ build: IndexBuild) async {
        do {
            guard build.attempt <= BatchRetry.attempts else {
                throw BatchFailure("Given up after \(BatchRetry.attempts) attempts: a worker ended during each.")
            }
            try await perform(build)
            logger.info("an index was built", metadata: ["index": "\(build.name)"])
        } catch {
            let isStopping = Task.isCancelled
            // A task of its own: the one at hand may be cancelled, and the build must be let go all the same.
            await Task { await settle(build, isStopping ? CancellationError() : error) }.value
        }
    }

    private func perform(_ build: IndexBuild) async throws {
        let progress = IndexBuilder.Progress()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await beat(build, progress) }
            group.addTask(executorPreference: idle) { try await builder.perform(build, progress) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Renews the lease and says how far the build is, until it is cancelled. Throws when the build is somebody else's.
    private func beat(_ build: IndexBuild, _ progress: IndexBuilder.Progress) async throws {
        var held = ContinuousClock.now + lease
        while true {
            try await Task.sleep(for: lease / 10)
            do {
                let start = ContinuousClock.now
                try await store.renew(build, lease: lease, rowsBuilt: progress.rows)
                held = start + lease
            } catch let error as DatabaseError {
                logger.warning(
                    "a lease could not be renewed", metadata: ["index": "\(build.name)", "error": "\(String(reflecting: error))"])
                if ContinuousClock.now >= held { throw IndexLeaseLost() }
            }
        }
    }

    private func settle(_ build: IndexBuild, _ error: any Error) async {
        do {
            switch error {
            case is IndexLeaseLost: logger.info("a build of an index was lost", metadata: ["index": "\(build.name)"])
            case is CancellationError: try await store.release(build, pause: 0, counts: false)
            default:
                let fault = BatchFault(error)
                logger.warning("a build of an index failed", metadata: ["index": "\(build.name)", "error": "\(fault.detail)"])
                if fault.isPassing {
                    // For ever: nobody asks for the build but what changed.
                    let pause = BatchRetry.pause(after: build.attempt) ?? BatchRetry.longestPause
                    try await store.release(build, pause: pause, counts: build.attempt < BatchRetry.attempts)
                } else {
                    try await store.fail(build, error: fault.sentence)
                }
            }
        } catch {
            // The lease runs out, and another worker takes the build up.
            logger.warning("a build could not be settled", metadata: ["index": "\(build.name)", "error": "\(String(reflecting: error))"])
        }
    }
}
