/// When a job that failed for a passing reason is tried again.
enum RetryPolicy {
    /// Claims after which a job is given up: whatever ends its worker each time must not do so for ever.
    static let attempts = 30
    /// Workers that may be lost over a job one after the other: what takes all the memory ends every other job of its trainer as well.
    static let losses = 5
    static let longestPause = 30.0

    /// Seconds to wait after the attempt of this number: 1, 2, 4 … 30; nil when it was the last.
    static func pause(after attempt: Int) -> Double? {
        guard attempt < attempts else { return nil }
        return min(longestPause, Double(1 << max(0, attempt - 1)))
    }
}
