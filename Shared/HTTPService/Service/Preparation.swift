import ServiceLifecycle
import Synchronization

/// Tells the background services that what they need has been made: tables above all.
final class Preparation: Sendable {
    private enum State {
        case waiting([AsyncStream<Void>.Continuation])
        case done
    }

    private let state = Mutex(State.waiting([]))

    /// Lets the services that wait begin.
    func finish() {
        let waiting = state.withLock { state -> [AsyncStream<Void>.Continuation] in
            guard case .waiting(let waiting) = state else { return [] }
            state = .done
            return waiting
        }
        for continuation in waiting { continuation.finish() }
    }

    /// Returns once it is finished, or when the task is cancelled.
    func wait() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let isDone = state.withLock { state in
            guard case .waiting(let waiting) = state else { return true }
            state = .waiting(waiting + [continuation])
            return false
        }
        if isDone { continuation.finish() }
        for await _ in stream {}
    }
}

/// A background service that begins when the preparation is finished; asked to stop before, it never begins.
struct PreparedService: Service {
    let service: any Service
    let preparation: Preparation

    func run() async throws {
        let isStopped = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await preparation.wait()
                return Task.isCancelled
            }
            group.addTask {
                do { try await gracefulShutdown() } catch { return Task.isCancelled }
                return true
            }
            let first = await group.next() ?? true
            group.cancelAll()
            return first
        }
        if !isStopped { try await service.run() }
    }
}
