import Contracts
import HTTPService
import ServiceTestSupport
import TestSupport
import Testing

@Suite("Requests in flight")
struct InFlightTests {
    private let authority = TestAuthority()
    private var token: String { authority.key(roles: [.engineer]) }

    /// Asks until as many requests are at work as are to be.
    private func handled(_ count: Int, _ log: FastLog) async throws {
        try await eventually { log.handled == count ? nil : "\(log.handled) of \(count) are at work" }
    }

    @Test("what comes beyond the limit is refused with 429 and Retry-After before any work; health and metrics answer")
    func limit() async throws {
        let log = FastLog()
        let service = makeFastService(log: log, settings: authority.settings(maximumInFlight: 3))
        try await withRunning(service) { [token] probe async throws in
            let held = (0..<3).map { number in
                Task { try await probe.send("GET", "/v1/router/experiments/\(number)", token: token).status }
            }
            try await handled(3, log)

            let refused = try await probe.send("GET", "/v1/router/experiments/4", token: token)
            #expect(refused.status == 429)
            #expect(refused[header: "retry-after"] == "1")
            #expect(refused.json["code"] == "request.overloaded")
            #expect(log.handled == 3)
            let fast = try await probe.send("POST", "/v2/models/held/infer", token: token, json: "{}")
            #expect(fast.status == 429)
            #expect(fast[header: "retry-after"] == "1")
            #expect(fast.json["error"] != nil)
            #expect(log.handled == 3)
            for path in ["/healthz", "/readyz", "/metrics"] { #expect(try await probe.send("GET", path).status == 200, "\(path)") }

            log.release()
            for task in held { #expect(try await task.value == 200) }
            #expect(try await probe.send("GET", "/v1/router/experiments/5", token: token).status == 200)
            #expect(try await probe.send("POST", "/v2/models/held/infer", token: token, json: "{}").status == 200)
        }
    }

    @Test("a place is free again after every kind of end")
    func freed() async throws {
        let log = FastLog()
        let deadlines = DeadlineLimits(standard: .milliseconds(200))
        let service = makeFastService(log: log, settings: authority.settings(deadlines: deadlines, maximumInFlight: 1))
        try await withRunning(service) { [token] probe async throws in
            for model in ["broken", "twice", "never", "name", "never", "later"] {
                let answer = try await probe.send("POST", "/v2/models/\(model)/infer", token: token, json: "{}")
                #expect(answer.status == ["broken": 500, "never": 504][model, default: 200], "\(model)")
            }
            #expect(try await probe.send("GET", "/v1/router/experiments").status == 401)
            #expect(try await probe.send("GET", "/v1/router/experiments", token: token).status == 200)
        }
    }
}
