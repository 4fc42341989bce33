import Contracts
import Dispatch
import Foundation
import Synchronization

/// Threads that run models, and a bounded queue before them.
///
/// A model's run would hold up every connection of an event loop, so it happens here; as many threads as there are cores, since more only
/// wait for each other.
final class EnginePool: Sendable {
    private let limit: Int
    private let jobs = Mutex<[@Sendable () -> Void]>([])
    /// Counts the jobs that wait.
    private let available = DispatchSemaphore(value: 0)

    init(threads: Int, queue: Int) {
        limit = queue
        for index in 0..<threads {
            let thread = Thread { [self] in work() }
            thread.name = "engine-\(index)"
            thread.start()
        }
    }

    /// Queues a job; throws when the queue is full, before any work was done.
    func submit(_ job: @escaping @Sendable () -> Void) throws(Problem) {
        let isTaken = jobs.withLock { jobs in
            guard jobs.count < limit else { return false }
            jobs.append(job)
            return true
        }
        guard isTaken else { throw Problem(.overloaded, "\(limit) requests are waiting already.", retryAfter: 1) }
        available.signal()
    }

    private func work() {
        while true {
            available.wait()
            let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            job?()
        }
    }
}
