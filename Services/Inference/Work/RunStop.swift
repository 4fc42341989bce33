import OnnxRuntime
import Synchronization
import Tensors

/// Ends the run of a request whose client does not wait any more.
final class RunStop: Sendable {
    private enum State: Sendable {
        case idle
        case running(RunCancellation)
        case stopped
    }

    private let state = Mutex(State.idle)

    /// Ends the run that is under way, at its next node, and lets no other begin.
    func stop() {
        let running = state.withLock { state -> RunCancellation? in
            defer { state = .stopped }
            if case .running(let cancellation) = state { return cancellation }
            return nil
        }
        running?.cancel()
    }

    /// Runs a model so that it can be ended.
    func run(_ session: Session, _ inputs: [Tensor], outputs: [String]) throws(EngineError) -> [Tensor] {
        let cancellation = try session.cancellation()
        let isStopped = state.withLock { state in
            if case .stopped = state { return true }
            state = .running(cancellation)
            return false
        }
        if isStopped { cancellation.cancel() }
        defer { state.withLock { state in if case .running = state { state = .idle } } }
        return try session.run(inputs, outputs: outputs, cancellation: cancellation)
    }
}
