import Synchronization

/// Turns a stream of notifications into "wait until something came, at most so long". Several notifications make one wake-up.
final class WakeUps: Sendable {
    private struct State {
        var isPending = true
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let listener = Mutex<Task<Void, Never>?>(nil)

    init(_ stream: AsyncStream<String>) {
        let task = Task { [weak self] in
            for await _ in stream { self?.wake() }
        }
        listener.withLock { $0 = task }
    }

    deinit { listener.withLock { $0?.cancel() } }

    private func wake() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            state.isPending = state.waiter == nil
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns at once when something came since the last call, else when something comes, the time is up or the task is cancelled.
    func next(within limit: Duration) async {
        let alarm = Task { [weak self] in
            try await Task.sleep(for: limit)
            self?.wake()
        }
        defer { alarm.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.isPending || Task.isCancelled {
                        state.isPending = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            wake()
        }
    }
}
