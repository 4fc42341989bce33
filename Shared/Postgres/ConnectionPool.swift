import Foundation
import Logging
import Synchronization

/// Runs the actions of ``PoolStateMachine``: connects off the cooperative pool, lends, replaces what broke.
final class ConnectionPool: Sendable {
    /// Before a failed connection is tried again.
    static let retryDelay: Duration = .milliseconds(200)

    private struct State {
        var machine: PoolStateMachine
        /// Keeps every connection alive, also those that only tasks hold.
        var links: [Int: PipelinedConnection] = [:]
        var waiters: [Int: CheckedContinuation<(Int, PipelinedConnection), any Error>] = [:]
        var nextWaiter = 0
        var isClosed = false
        var retryPending = false
    }

    private let state: Mutex<State>
    private let parameters: String
    private let patience: Duration
    private let logger: Logger

    init(parameters: String, maximum: Int, depth: Int, patience: Duration, logger: Logger) {
        self.parameters = parameters
        self.patience = patience
        self.logger = logger
        state = Mutex(State(machine: PoolStateMachine(maximum: maximum, depth: depth)))
    }

    /// Lends a connection for the body. Waits at most the pool's patience.
    func with<T>(_ want: PoolStateMachine.Want, _ body: (PipelinedConnection) async throws -> T) async throws -> T {
        let (id, link) = try await lease(want)
        defer { perform { $0.machine.release(id, want) } }
        return try await body(link)
    }

    private func lease(_ want: PoolStateMachine.Want) async throws -> (Int, PipelinedConnection) {
        try Task.checkCancellation()
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let watchdog = Task { [patience] in
            try await Task.sleep(for: patience)
            self.give(up: waiter, DatabaseError(.poolTimeout))
        }
        defer { watchdog.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(waiter, want, continuation)
            }
        } onCancel: {
            give(up: waiter, CancellationError())
        }
    }

    private func enqueue(
        _ waiter: Int, _ want: PoolStateMachine.Want, _ continuation: CheckedContinuation<(Int, PipelinedConnection), any Error>
    ) {
        let refusal: (any Error)? = state.withLock { state in
            if state.isClosed { return DatabaseError(.unavailable, detail: "the pool is closed") }
            // A cancellation that came before this point found no waiter to give up.
            if Task.isCancelled { return CancellationError() }
            state.waiters[waiter] = continuation
            return nil
        }
        if let refusal {
            continuation.resume(throwing: refusal)
        } else {
            perform { $0.machine.request(waiter, want) }
        }
    }

    private func give(up waiter: Int, _ error: any Error) {
        let continuation = Mutex<CheckedContinuation<(Int, PipelinedConnection), any Error>?>(nil)
        // Both at once: a connection that is given to a waiter who has gone would never come back.
        perform { state in
            guard let found = state.waiters.removeValue(forKey: waiter) else { return [] }
            continuation.withLock { $0 = found }
            return state.machine.cancel(waiter)
        }
        continuation.withLock { $0 }?.resume(throwing: error)
    }

    /// Changes the state and does what the change asks for.
    private func perform(_ change: (inout State) -> [PoolStateMachine.Action]) {
        typealias Gift = (CheckedContinuation<(Int, PipelinedConnection), any Error>, (Int, PipelinedConnection))
        let (gifts, connects) = state.withLock { state -> ([Gift], [Int]) in
            var gifts: [Gift] = []
            var connects: [Int] = []
            var actions = change(&state)[...]
            while let action = actions.popFirst() {
                switch action {
                case .connect(let id): connects.append(id)
                case .give(let waiter, let id):
                    if let link = state.links[id], let continuation = state.waiters.removeValue(forKey: waiter) {
                        gifts.append((continuation, (id, link)))
                    }
                }
            }
            return (gifts, state.isClosed ? [] : connects)
        }
        for (continuation, gift) in gifts { continuation.resume(returning: gift) }
        for id in connects { connect(id) }
    }

    private func connect(_ id: Int) {
        DispatchQueue.global().async { [self] in
            do throws(DatabaseError) {
                let link = PipelinedConnection(try PipelinedConnection.open(parameters)) { [weak self] in self?.lost(id) }
                link.start()
                perform { state in
                    guard !state.isClosed else { return [] }
                    state.links[id] = link
                    return state.machine.connected(id)
                }
                if state.withLock({ $0.isClosed }) { link.close() }
                // It may have broken before the pool knew of it.
                if link.isClosed { lost(id) }
            } catch {
                logger.warning("a database connection could not be made", metadata: ["error": "\(String(reflecting: error))"])
                state.withLock { $0.machine.failed(id) }
                scheduleRetry()
            }
        }
    }

    private func scheduleRetry() {
        let isFirst = state.withLock { state in
            defer { state.retryPending = true }
            return !state.retryPending
        }
        guard isFirst else { return }
        Task {
            try await Task.sleep(for: Self.retryDelay)
            perform { state in
                state.retryPending = false
                return state.machine.retry()
            }
        }
    }

    private func lost(_ id: Int) {
        perform { state in
            state.links[id] = nil
            return state.machine.lost(id)
        }
    }

    /// Closes every connection; statements under way fail.
    func close() {
        let (links, waiters) = state.withLock { state in
            state.isClosed = true
            defer {
                state.links = [:]
                state.waiters = [:]
            }
            return (Array(state.links.values), Array(state.waiters.values))
        }
        for link in links { link.close() }
        for waiter in waiters { waiter.resume(throwing: DatabaseError(.unavailable, detail: "the pool is closed")) }
    }
}
