import Contracts
import HTTPService
import Logging
import Observability
import ServiceLifecycle
import ServiceTestSupport
import TestSupport
import Testing

@Suite("The order in which a service starts")
struct PreparationTests {
    private struct Background: Service {
        let log: Recorder<[String]>

        func run() async throws {
            log.change { $0.append("background") }
            try await gracefulShutdown()
        }
    }

    private func service(_ log: Recorder<[String]>, _ beforeStart: @escaping @Sendable () async throws -> Void) -> MeshService {
        makeService(
            name: .modelRegistry, settings: TestAuthority().settings(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            metrics: PrometheusRegistry(), services: [Background(log: log)], beforeStart: beforeStart
        ) { _ in }
    }

    @Test("background services begin when what they need has been made")
    func order() async throws {
        let log = Recorder<[String]>([])
        let service = service(log) {
            // Long enough for a service that does not wait to come first.
            for _ in 0..<1_000 { await Task.yield() }
            log.change { $0.append("prepared") }
        }
        try await withRunning(service) { _ async throws in
            try await eventually { log.value.count == 2 ? nil : "\(log.value)" }
        }
        #expect(log.value == ["prepared", "background"])
    }

    @Test("a service whose preparation fails ends, and its background services never begin")
    func failure() async throws {
        let log = Recorder<[String]>([])
        let service = service(log) { throw Unexpected() }

        await #expect(throws: (any Error).self) { try await service.run() }
        #expect(log.value.isEmpty)
    }
}
