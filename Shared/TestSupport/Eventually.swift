/// Waits until a condition holds, and throws with what it last saw when it does not in time.
///
/// - Parameters:
///   - limit: the longest wait; generous, since machines are busy. A passing test never waits for it.
///   - condition: gives nil when the condition holds, else a description of what is there instead.
public func eventually(
    within limit: Duration = .seconds(20), every pause: Duration = .milliseconds(10), _ condition: () async throws -> String?
) async throws {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while true {
        guard let state = try await condition() else { return }
        if clock.now >= end { throw TestSupportError("not so within \(limit); last seen: \(state)") }
        try await Task.sleep(for: pause)
    }
}
