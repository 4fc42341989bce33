/// How many retries are allowed: a share of the requests and a small floor, so that retries never multiply an outage.
struct RetryBudget: Sendable {
    /// Retries earned by one request.
    let share: Double
    /// Most retries that can be saved up.
    let capacity: Double
    private var tokens: Double

    init(share: Double = 0.1, capacity: Double = 20) {
        self.share = share
        self.capacity = capacity
        tokens = capacity / 2
    }

    mutating func noteRequest() {
        tokens = min(capacity, tokens + share)
    }

    /// Takes a retry out of the budget; false when there is none.
    mutating func take() -> Bool {
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
