import Postgres
import ServiceLifecycle
import Synchronization

/// Counts notifications of gateway changes and wakes those who wait for more.
final class GatewayChanges: Service {
    private struct State {
        var count = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let database: Database
    private let state = Mutex(State())

    init(database: Database) {
        self.database = database
    }

    /// Notifications so far.
    var count: Int { state.withLock { $0.count } }

    func run() async throws {
        let notifications = database.listen("identity_gateway")
        await cancelWhenGracefulShutdown {
            for await _ in notifications { self.wake() }
        }
    }

    private func wake() {
        let waiters = state.withLock { state in
            state.count += 1
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when more notifications came than were seen, when the time is up, or when the task is cancelled.
    func wait(beyond seen: Int, until end: ContinuousClock.Instant) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let alarm = Task {
            try await Task.sleep(until: end, clock: .continuous)
            self.release(id)
        }
        defer { alarm.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.count > seen || Task.isCancelled || ContinuousClock.now >= end { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            release(id)
        }
    }

    private func release(_ id: Int) {
        state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
}
