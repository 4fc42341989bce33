import Contracts
import Foundation
import Synchronization

/// Threads that run models, and a bounded queue before them.
///
/// A model's run would hold up every connection of an event loop, so it happens here; as many threads as there are cores, since more only
/// wait for each other.
final class EnginePool: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var isClosed = false
    }

    private let limit: Int
    private let state = Mutex(State())
    private let available = Gate()

    /// `NSCondition` in a box: Foundation's own is not marked Sendable on every platform.
    private final class Gate: @unchecked Sendable {
        let condition = NSCondition()
    }

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
        let isTaken = state.withLock { state in
            guard state.jobs.count < limit else { return false }
            state.jobs.append(job)
            return true
        }
        guard isTaken else { throw Problem(.overloaded, "\(limit) requests are waiting already.", retryAfter: 1) }
        available.condition.lock()
        available.condition.signal()
        available.condition.unlock()
    }

    private func work() {
        while true {
            available.condition.lock()
            var job = state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
            while job == nil {
                available.condition.wait()
                job = state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
            }
            available.condition.unlock()
            job?()
        }
    }
}
