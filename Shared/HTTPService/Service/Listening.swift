import Synchronization

/// Tells those who wait which port the server got.
final class Listening: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Int, any Error>])
        case listening(Int)
        case closed
    }

    private let state = Mutex(State.waiting([]))

    func opened(port: Int) {
        let waiting = state.withLock { state -> [CheckedContinuation<Int, any Error>] in
            guard case .waiting(let waiting) = state else { return [] }
            state = .listening(port)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: port) }
    }

    func close() {
        let waiting = state.withLock { state -> [CheckedContinuation<Int, any Error>] in
            defer { state = .closed }
            if case .waiting(let waiting) = state { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume(throwing: CancellationError()) }
    }

    /// The port; throws when the service ended before it listened.
    func port() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            state.withLock { state in
                switch state {
                case .waiting(let waiting): state = .waiting(waiting + [continuation])
                case .listening(let port): continuation.resume(returning: port)
                case .closed: continuation.resume(throwing: CancellationError())
                }
            }
        }
    }
}
