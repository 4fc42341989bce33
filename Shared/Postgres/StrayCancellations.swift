/// Tells whether a statement was stopped by a cancellation that was meant for another: a value that is told of both.
///
/// The server learns of a cancellation by a signal, which names no statement: when the one that was meant has ended, the next one is hit.
/// Postgres sends the signal to the process and to its process group, so that one cancellation may even stop two statements.
struct StrayCancellations: Sendable {
    /// A signal arrives within this, or the server is so slow that its own time-outs come first.
    static let lifetime: Duration = .seconds(1)
    private static let signals = 2

    private var expected: [(id: Int, at: ContinuousClock.Instant)] = []

    /// A cancellation was sent for a statement.
    mutating func note(meantFor id: Int, at now: ContinuousClock.Instant) {
        expected.removeAll { now - $0.at > Self.lifetime }
        expected += (0..<Self.signals).map { _ in (id, now) }
    }

    /// Whether the statement, which was cancelled, was not the one that was meant. Uses one expected signal up.
    mutating func take(hitting id: Int, at now: ContinuousClock.Instant) -> Bool {
        expected.removeAll { now - $0.at > Self.lifetime }
        guard !expected.isEmpty else { return false }
        let own = expected.firstIndex { $0.id == id }
        expected.remove(at: own ?? 0)
        return own == nil
    }
}
