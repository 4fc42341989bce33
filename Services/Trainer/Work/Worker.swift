import Contracts
import Foundation
import Logging
import MeshClient
import Postgres
import ServiceLifecycle

/// Takes jobs off the queue, one at a time, and holds each by its heart beat.
struct Worker: Service {
    /// Between two looks at an empty queue.
    static let idle: Duration = .milliseconds(200)

    let name: String
    let queue: JobQueue
    let runs: RunStore
    let suites: SuiteStore
    let training: RunWork
    let testing: SuiteWork
    let lease: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    if let job = try await queue.claim(worker: name, lease: lease) {
                        await work(job)
                    } else {
                        try await Task.sleep(for: Self.idle)
                    }
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("the queue could not be read", metadata: ["error": "\(String(reflecting: error))"])
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        }
    }

    /// Does one job and settles what becomes of it.
    func work(_ job: Job) async {
        let control = JobControl()
        do {
            guard job.attempt <= RetryPolicy.attempts else {
                throw JobFailure("Given up after \(RetryPolicy.attempts) attempts: a worker ended during each.")
            }
            try await withTaskCancellationHandler {
                try await perform(job, control)
            } onCancel: {
                control.stop(.stopping)
            }
        } catch {
            // A task of its own: the one at hand may be cancelled, and the job must be let go all the same.
            await Task { await settle(job, error) }.value
        }
    }

    private func perform(_ job: Job, _ control: JobControl) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await beat(job, control) }
            group.addTask {
                switch job.kind {
                case .run: try await training.perform(job, control)
                case .suite: try await testing.perform(job, control)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Renews the lease and shows progress until it is cancelled. Throws when the job is to end.
    private func beat(_ job: Job, _ control: JobControl) async throws {
        var held = ContinuousClock.now + lease
        while true {
            try await Task.sleep(for: lease / 10)
            do {
                let start = ContinuousClock.now
                if try await queue.renew(job, lease: lease) { control.stop(.cancelled) }
                held = start + lease
                if job.kind == .run { try await show(control, of: job) }
            } catch is LeaseLost {
                control.stop(.lost)
            } catch let error as DatabaseError {
                logger.warning("a lease could not be renewed", metadata: ["job": "\(job.id)", "error": "\(String(reflecting: error))"])
                if ContinuousClock.now >= held { control.stop(.lost) }
            }
            try control.check()
        }
    }

    private func show(_ control: JobControl, of job: Job) async throws {
        let points = control.takePoints()
        do {
            try await runs.note(points, for: job)
        } catch {
            control.putBack(points)
            throw error
        }
    }

    private func settle(_ job: Job, _ error: any Error) async {
        do {
            switch error {
            case is LeaseLost, JobControl.Stop.lost:
                logger.warning("a job was lost to another worker", metadata: ["job": "\(job.id)"])
            case JobControl.Stop.cancelled: try await runs.end(job, as: .cancelled)
            case is CancellationError, JobControl.Stop.stopping: try await queue.release(job, pause: 0, counts: false)
            default: try await settle(job, failure: JobFault(error))
            }
        } catch {
            // The lease runs out, and another worker takes the job up.
            logger.warning("a job could not be settled", metadata: ["job": "\(job.id)", "error": "\(String(reflecting: error))"])
        }
    }

    private func settle(_ job: Job, failure fault: JobFault) async throws {
        logger.warning("a job failed", metadata: ["job": "\(job.id)", "kind": "\(job.kind.rawValue)", "error": "\(fault.detail)"])
        if fault.isPassing, let pause = RetryPolicy.pause(after: job.attempt) {
            switch job.kind {
            case .run: try await runs.requeue(job, error: fault.sentence)
            case .suite: try await suites.requeue(job, error: fault.sentence)
            }
            return try await queue.release(job, pause: pause)
        }
        switch job.kind {
        case .run: try await runs.end(job, as: .failed, error: fault.sentence)
        case .suite: try await suites.fail(job, error: fault.sentence)
        }
    }
}
