import Contracts
import Foundation
import Logging
import Postgres
import Scheduling
import ServiceLifecycle

/// Takes tasks of batch jobs off the queue, one at a time, and holds each by its heart beat. While one worker reads, another predicts or
/// writes: a process has several.
struct BatchWorker: Service {
    /// Between two looks at an empty queue.
    static let pause: Duration = .milliseconds(200)

    let name: String
    let queue: BatchTaskQueue
    let store: BatchStore
    let folders: BatchFolders
    let preparation: BatchPreparation
    let shard: BatchShard
    let join: BatchJoin
    let bell: BatchBell
    /// Where the work is done; leases are held by threads that get their turn.
    let idle: IdleExecutor
    let lease: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in bell.strokes(every: Self.pause) {
                do {
                    while !Task.isCancelled, let task = try await queue.claim(worker: name, lease: lease) { await work(task) }
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("the queue of batch jobs could not be read", metadata: ["error": "\(String(reflecting: error))"])
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        }
    }

    /// Does one task and settles what becomes of it.
    func work(_ task: BatchTask) async {
        do {
            guard task.attempt <= BatchRetry.attempts else {
                throw BatchFailure("Given up after \(BatchRetry.attempts) attempts: a worker ended during each.")
            }
            try await perform(task)
        } catch {
            let isStopping = Task.isCancelled
            // A task of its own: the one at hand may be cancelled, and the work must be let go all the same.
            await Task { await settle(task, isStopping ? CancellationError() : error) }.value
        }
    }

    private func perform(_ task: BatchTask) async throws {
        let tally = BatchTally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await beat(task, tally) }
            group.addTask(executorPreference: idle) {
                switch task.kind {
                case .prepare:
                    try await preparation.perform(task)
                    bell.ring()
                case .shard: try await shard.perform(task, tally)
                case .join: try await join.perform(task)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Renews the lease and says how far the task is, until it is cancelled. Throws when the task is somebody else's, or its job has ended.
    private func beat(_ task: BatchTask, _ tally: BatchTally) async throws {
        var held = ContinuousClock.now + lease
        while true {
            try await Task.sleep(for: lease / 10)
            do {
                let start = ContinuousClock.now
                try await queue.renew(task, lease: lease, rowsRun: tally.rows)
                held = start + lease
            } catch let error as DatabaseError {
                logger.warning("a lease could not be renewed", metadata: ["job": "\(task.job)", "error": "\(String(reflecting: error))"])
                if ContinuousClock.now >= held { throw BatchLeaseLost() }
            }
        }
    }

    private func settle(_ task: BatchTask, _ error: any Error) async {
        do {
            switch error {
            case is BatchLeaseLost: logger.info("a task of a batch job was lost, or its job has ended", metadata: ["job": "\(task.job)"])
            case is CancellationError: try await queue.release(task, pause: 0, counts: false)
            default: try await settle(task, failure: BatchFault(error))
            }
        } catch {
            // The lease runs out, and another worker takes the task up.
            logger.warning("a task could not be settled", metadata: ["job": "\(task.job)", "error": "\(String(reflecting: error))"])
        }
    }

    private func settle(_ task: BatchTask, failure fault: BatchFault) async throws {
        logger.warning(
            "a task of a batch job failed", metadata: ["job": "\(task.job)", "kind": "\(task.kind.rawValue)", "error": "\(fault.detail)"])
        if fault.isPassing, let pause = BatchRetry.pause(after: task.attempt) { return try await queue.release(task, pause: pause) }
        do {
            try await store.fail(task, error: fault.sentence)
            shard.metrics.ended(.failed)
            folders.drop(task.job)
        } catch is BatchLeaseLost {
            logger.info("a task of a batch job was lost, or its job has ended", metadata: ["job": "\(task.job)"])
        }
    }
}
