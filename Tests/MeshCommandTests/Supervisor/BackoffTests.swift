import Testing

@testable import MeshCommand

@Suite("Back-off")
struct BackoffTests {
    @Test("each crash doubles the wait, up to ten seconds", arguments: [(1, 0.1), (2, 0.2), (4, 0.8), (8, 10), (1_000, 10)])
    func doubles(crash: Int, seconds: Double) {
        #expect(abs(Backoff.delay(crash: crash) - seconds) < 1e-9)
    }
}
