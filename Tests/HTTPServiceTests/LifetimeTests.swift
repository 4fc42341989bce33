import Contracts
import HTTPService
import Logging
import Observability
import ServiceTestSupport
import Synchronization
import TestSupport
import Testing

@Suite("What a request leaves behind")
struct LifetimeTests {
    /// Weak references to what routes were given.
    final class Trace: Sendable {
        private struct Entry {
            weak var request: FastRequest?
            weak var responder: FastResponder?
        }

        private let entries = Mutex<[Entry]>([])

        func note(_ request: FastRequest, _ responder: FastResponder) {
            entries.withLock { $0.append(Entry(request: request, responder: responder)) }
        }

        var count: Int { entries.withLock { $0.count } }
        var alive: Int { entries.withLock { $0.count { $0.request != nil || $0.responder != nil } } }
    }

    private static func service(_ trace: Trace) -> MeshService {
        makeService(
            name: .experimentRouter, settings: HTTPSettings(keys: [:], localCaller: .local),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metrics: PrometheusRegistry(),
            fastRoutes: [
                FastRoute("POST", "/v2/models/{model}/infer") { request, responder in
                    trace.note(request, responder)
                    switch request.parameter("model") {
                    case "never": break
                    case "dropped": responder.onCancel { [weak responder] in responder?.abandon() }
                    case "later": Task { responder.respond(body: request.body) }
                    case "broken": responder.fail(Problem(.internalError))
                    default: responder.respond(body: request.body)
                    }
                }
            ]
        ) { _ in }
    }

    @Test("nothing of a request is kept after its answer, its deadline or its client's end")
    func nothing() async throws {
        let trace = Trace()
        try await withRunning(Self.service(trace)) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            for model in ["now", "later", "broken", "never", "now"] {
                let headers = model == "never" ? ["X-Mesh-Deadline-Ms": "20"] : [:]
                await connection.write(HTTPProbe.request("POST", "/v2/models/\(model)/infer", headers: headers, body: Array("abc".utf8)))
                _ = try await connection.answer()
            }
            let gone = try ProbeConnection(port: probe.port)
            await gone.write(HTTPProbe.request("POST", "/v2/models/dropped/infer", body: [1]))
            try await eventually { trace.count == 6 ? nil : "\(trace.count) begun" }
            gone.hangUp()

            try await eventually { trace.alive == 0 ? nil : "\(trace.alive) requests are kept" }
            #expect(trace.count == 6)
        }
    }
}
