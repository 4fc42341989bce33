import Dispatch
import Synchronization

/// Waits for the first of an answer and the end of a patience; what comes later is dropped.
final class FirstAnswer<Value: Sendable>: Sendable {
    private let waiting = Mutex<CheckedContinuation<Result<Value, ClientError>, Never>?>(nil)

    /// What `start` hands to its completion. Throws `timeout` when nothing comes within so many seconds.
    func value(
        within seconds: Double, _ start: @escaping @Sendable (@escaping @Sendable (Value) -> Void) -> Void
    ) async throws(ClientError) -> Value {
        let result = await withCheckedContinuation { continuation in
            waiting.withLock { $0 = continuation }
            start { self.end(.success($0)) }
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { self.end(.failure(ClientError(.timeout))) }
        }
        return try result.get()
    }

    private func end(_ result: Result<Value, ClientError>) {
        waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }?.resume(returning: result)
    }
}
