import NIOCore

/// How fast a request comes in. Only the time in which it was waited for counts, not that in which its route took nothing.
struct RequestPace: Sendable {
    private(set) var waited = TimeAmount.zero
    private(set) var bytes = 0

    /// Notes bytes that came after a wait.
    mutating func add(_ count: Int, after wait: TimeAmount) {
        bytes += count
        waited = waited + wait
    }

    /// Whether the client takes longer than it may, when it has been waited for this long again. `slowest` are bytes a second.
    func isTooSlow(waiting: TimeAmount, slowest: Int, _ times: ConnectionTimes) -> Bool {
        let allowed = times.request + .nanoseconds(Int64(Double(bytes) / Double(slowest) * 1e9))
        return waiting > times.silence || waited + waiting > allowed
    }
}
