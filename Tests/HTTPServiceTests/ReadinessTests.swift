import Logging
import Synchronization
import Testing

@testable import HTTPService

@Suite("Readiness")
struct ReadinessTests {
    private struct Away: Error {}

    @Test("a check that counts once holds the start up, and nothing after it", arguments: [true, false])
    func once(counts: Bool) async {
        let isThere = Mutex(false)
        let check = ReadinessCheck("database") { if !isThere.withLock({ $0 }) { throw Away() } }
        let readiness = Readiness(checks: [counts ? check.once : check], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

        #expect(await readiness.report().missing == ["database"])
        isThere.withLock { $0 = true }
        #expect(await readiness.report().isReady)
        isThere.withLock { $0 = false }
        #expect(await readiness.report().isReady == counts)
        readiness.drain()
        #expect(await readiness.report().missing == ["stopping"])
    }
}
