/// Wakes the workers of this process when there is work. They look by themselves too, for what other processes queue.
final class BatchBell: Sendable {
    private let signal = ChangeSignal()

    func ring() { signal.announce() }

    /// An element at first, when it rings, and after each pause; several that nobody has looked at yet are one.
    func strokes(every pause: Duration) -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let rings = Task { [signal] in for await _ in signal.changes() { continuation.yield() } }
            let ticks = Task { while (try? await Task.sleep(for: pause)) != nil { continuation.yield() } }
            continuation.onTermination = { _ in
                rings.cancel()
                ticks.cancel()
            }
        }
    }
}
