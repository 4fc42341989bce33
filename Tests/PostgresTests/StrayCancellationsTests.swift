import Testing

@testable import Postgres

@Suite("Cancellations that hit another statement")
struct StrayCancellationsTests {
    private let now = ContinuousClock.now

    @Test("the statement that was meant is cancelled, the next one may be hit astray, a third is stopped for its own reason")
    func counts() {
        var strays = StrayCancellations()
        let early = strays.take(hitting: 7, at: now)
        strays.note(meantFor: 7, at: now)
        let later = [7, 8, 9].map { strays.take(hitting: $0, at: now) }

        #expect(!early)
        #expect(later == [false, true, false])
    }

    @Test("after a second a cancellation is none of the last ones: the statement's own time was up")
    func expiry() {
        var strays = StrayCancellations()
        strays.note(meantFor: 7, at: now)
        let isStray = strays.take(hitting: 8, at: now + .seconds(2))
        #expect(!isStray)
    }
}
