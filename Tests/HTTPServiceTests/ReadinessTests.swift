import Logging
import Observability
import Synchronization
import Testing

@testable import HTTPService

@Suite("Readiness")
struct ReadinessTests {
    private struct Away: Error {}

    @Test("what a service needs to begin holds the start up; lost later, it is said and not missed", arguments: [true, false])
    func toBegin(isToBegin: Bool) async {
        let isThere = Mutex(false)
        let metrics = PrometheusRegistry()
        let check = ReadinessCheck("database") { if !isThere.withLock({ $0 }) { throw Away() } }
        let readiness = Readiness(
            checks: [isToBegin ? check.toBegin : check], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metrics: metrics)

        #expect(await readiness.report().missing == ["database"])
        await readiness.lookAgain()
        #expect(await readiness.report().missing == ["database"])
        isThere.withLock { $0 = true }
        #expect(await readiness.report().isReady)
        isThere.withLock { $0 = false }
        await readiness.lookAgain()
        #expect(await readiness.report().isReady == isToBegin)
        #expect(await readiness.report().degraded == (isToBegin ? ["database"] : []))
        #expect(metrics.render().contains(#"mesh_degraded{need="database"} 1"#) == isToBegin)
        isThere.withLock { $0 = true }
        await readiness.lookAgain()
        #expect(await readiness.report().degraded.isEmpty)
        #expect(!metrics.render().contains(#"mesh_degraded{need="database"} 1"#))
        readiness.drain()
        #expect(await readiness.report().missing == ["stopping"])
    }
}
