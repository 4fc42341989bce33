/// Leaves a failing peer alone for a while: a value over time, told of outcomes.
///
/// Closed until `threshold` failures in a row; then open for `pause`; then half open: one call is let through, and decides.
struct CircuitBreaker: Sendable {
    private enum State {
        case closed(failures: Int)
        case open(until: ContinuousClock.Instant)
        case probing
    }

    let threshold: Int
    let pause: Duration
    private var state = State.closed(failures: 0)

    init(threshold: Int = 10, pause: Duration = .seconds(1)) {
        self.threshold = threshold
        self.pause = pause
    }

    /// Whether a call may be made now.
    mutating func admits(at now: ContinuousClock.Instant) -> Bool {
        switch state {
        case .closed: return true
        case .probing: return false
        case .open(let end):
            guard now >= end else { return false }
            state = .probing
            return true
        }
    }

    mutating func succeeded() {
        state = .closed(failures: 0)
    }

    mutating func failed(at now: ContinuousClock.Instant) {
        switch state {
        case .closed(let failures) where failures + 1 < threshold: state = .closed(failures: failures + 1)
        default: state = .open(until: now + pause)
        }
    }

    /// The call that was admitted ended without saying anything of the peer, as by cancellation.
    mutating func abandoned(at now: ContinuousClock.Instant) {
        if case .probing = state { state = .open(until: now) }
    }
}
