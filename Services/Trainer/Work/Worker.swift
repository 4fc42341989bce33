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
    /// What it can do.
    let works: [Job.Kind: any JobWork]
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
        guard let work = works[job.kind] else { return }
        let control = JobControl()
        do {
            if job.isOverdue { throw JobControl.Stop.overdue }
            guard job.attempt <= RetryPolicy.attempts else {
                throw JobFailure("Given up after \(RetryPolicy.attempts) attempts: a worker ended during each.")
            }
            guard job.losses < RetryPolicy.losses else {
                throw JobFailure(
                    "Given up: the trainer ended \(RetryPolicy.losses) times while it worked on this, perhaps for want of memory.")
            }
            try await withTaskCancellationHandler {
                try await perform(job, by: work, control)
            } onCancel: {
                control.stop(.stopping)
            }
        } catch {
            // A task of its own: the one at hand may be cancelled, and the job must be let go all the same.
            await Task { await settle(job, of: work, error) }.value
        }
    }

    private func perform(_ job: Job, by work: any JobWork, _ control: JobControl) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await beat(job, of: work, control) }
            group.addTask { try await work.perform(job, control) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Renews the lease and shows progress until it is cancelled. Throws when the job is to end.
    private func beat(_ job: Job, of work: any JobWork, _ control: JobControl) async throws {
        var held = ContinuousClock.now + lease
        while true {
            try await Task.sleep(for: lease / 10)
            do {
                let start = ContinuousClock.now
                switch try await queue.renew(job, lease: lease) {
                case .held: break
                case .cancelAsked: control.stop(.cancelled)
                case .overdue: control.stop(.overdue)
                case .lost: control.stop(.lost)
                }
                held = start + lease
                try await show(control, of: job, work)
            } catch is LeaseLost {
                control.stop(.lost)
            } catch let error as DatabaseError {
                logger.warning("a lease could not be renewed", metadata: ["job": "\(job.id)", "error": "\(String(reflecting: error))"])
                if ContinuousClock.now >= held { control.stop(.lost) }
            }
            try control.check()
        }
    }

    private func show(_ control: JobControl, of job: Job, _ work: any JobWork) async throws {
        let points = control.takePoints()
        do {
            try await work.show(points, of: job)
        } catch {
            control.putBack(points)
            throw error
        }
    }

    private func settle(_ job: Job, of work: any JobWork, _ error: any Error) async {
        do {
            switch end(of: job, error) {
            case .leave: logger.warning("a job was lost to another worker", metadata: ["job": "\(job.id)"])
            case .letGo: try await queue.release(job, pause: 0, counts: false)
            case .cancelled: try await work.end(job, failure: nil)
            case .failed(let sentence): try await work.end(job, failure: sentence)
            case .retry(let pause, let sentence):
                try await work.requeue(job, error: sentence)
                try await queue.release(job, pause: pause)
            }
        } catch {
            // The lease runs out, and another worker takes the job up.
            logger.warning("a job could not be settled", metadata: ["job": "\(job.id)", "error": "\(String(reflecting: error))"])
        }
    }

    private func end(of job: Job, _ error: any Error) -> JobEnd {
        switch error {
        case is LeaseLost: return .leave
        case is CancellationError: return .letGo
        case let stop as JobControl.Stop: return .of(stop)
        default:
            let fault = JobFault(error)
            logger.warning("a job failed", metadata: ["job": "\(job.id)", "kind": "\(job.kind.rawValue)", "error": "\(fault.detail)"])
            return .of(fault.sentence, isPassing: fault.isPassing, attempt: job.attempt)
        }
    }
}
