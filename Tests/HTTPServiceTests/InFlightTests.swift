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

    @Test("bodies that are on their way keep no complete request out")
    func slowBodies() async throws {
        let service = makeFastService(settings: authority.settings(maximumInFlight: 2))
        try await withRunning(service) { [token] probe async throws in
            let request = HTTPProbe.request("POST", "/v2/models/any/infer", token: token, body: [1, 2, 3])
            let slow = try (0..<4).map { _ in try ProbeConnection(port: probe.port) }
            for connection in slow { await connection.write(Array(request.dropLast(1))) }

            #expect(try await probe.send("POST", "/v2/models/any/infer", token: token, body: [1]).status == 200)
            for connection in slow {
                await connection.write([3])
                #expect(try await connection.answer().body == [1, 2, 3])
            }
        }
    }

    @Test("bodies that are on their way to other routes take half of all places at most, and none once they are there")
    func slowStreams() async throws {
        let path = "/v1/router/experiments/x/stages"
        let log = FastLog()
        let service = makeFastService(log: log, settings: authority.settings(maximumInFlight: 4))
        try await withRunning(service) { [token] probe async throws in
            let request = HTTPProbe.request("POST", path, token: token, body: [1, 2, 3])
            let slow = try (0..<2).map { _ in try ProbeConnection(port: probe.port) }
            for connection in slow { await connection.write(Array(request.dropLast(1))) }
            try await handled(2, log)

            #expect(try await probe.send("POST", path, token: token, body: [1]).status == 429)
            #expect(try await probe.send("POST", "/v2/models/any/infer", token: token, body: [1]).status == 200)
            #expect(try await probe.send("GET", "/v1/router/experiments", token: token).status == 200)
            for connection in slow {
                await connection.write([3])
                #expect(try await connection.answer().json["bytes"] == 3)
            }
            for _ in 0..<3 { #expect(try await probe.send("POST", path, token: token, body: [1]).status == 200) }
        }
    }

    @Test("bodies beyond the budget of all are refused with 429, however they arrive; the bytes are free again after every end")
    func bodies() async throws {
        let log = FastLog()
        let service = makeFastService(log: log, settings: authority.settings(maximumBodyBytes: 100_000))
        try await withRunning(service) { [token] probe async throws in
            let body = [UInt8](repeating: 1, count: 40_000)
            let send: @Sendable (String) async throws -> ProbeAnswer = { model in
                try await probe.send("POST", "/v2/models/\(model)/infer", token: token, body: body)
            }
            let held = (0..<2).map { _ in Task { try await send("held").status } }
            try await handled(2, log)

            let refused = try await send("any")
            #expect(refused.status == 429)
            #expect(refused[header: "retry-after"] == "1")
            #expect(refused.json["error"] != nil)
            #expect(log.handled == 2)
            let small = try await probe.send("POST", "/v2/models/any/infer", token: token, body: [1, 2])
            #expect(small.body == [1, 2])
            // What the refused body took is given back a moment after its answer.
            try await eventually {
                let answer = try await probe.send("POST", "/v2/models/any/infer", token: token, body: Array(body.prefix(15_000)))
                return answer.status == 200 ? nil : "\(answer.status)"
            }
            // A body that stays half sent counts as well, until its client hangs up.
            let half = try ProbeConnection(port: probe.port)
            let head = HTTPProbe.request("POST", "/v2/models/any/infer", token: token, body: Array(body.prefix(15_000)))
            await half.write(Array(head.dropLast(1)))
            try await eventually {
                let answer = try await probe.send("POST", "/v2/models/any/infer", token: token, body: Array(body.prefix(8_000)))
                return answer.status == 429 ? nil : "\(answer.status)"
            }
            half.hangUp()
            try await eventually {
                let answer = try await probe.send("POST", "/v2/models/any/infer", token: token, body: Array(body.prefix(8_000)))
                return answer.status == 200 ? nil : "\(answer.status)"
            }

            log.release()
            for task in held { #expect(try await task.value == 200) }
            for model in ["broken", "twice", "name", "later", "any", "any"] { _ = try await send(model) }
            try await eventually {
                let answers = [try await send("any").status, try await send("any").status]
                return answers == [200, 200] ? nil : "\(answers)"
            }
            let whole = [UInt8](repeating: 1, count: 99_000)
            #expect(try await probe.send("POST", "/v2/models/any/infer", token: token, body: whole).status == 200)
        }
    }

    @Test("a place is free again after every kind of end")
    func freed() async throws {
        let log = FastLog()
        let service = makeFastService(log: log, settings: authority.settings(maximumInFlight: 1))
        try await withRunning(service) { [token] probe async throws in
            for model in ["broken", "twice", "never", "name", "never", "later"] {
                let headers = model == "never" ? [HeaderNames.deadline: "100"] : [:]
                let answer = try await probe.send("POST", "/v2/models/\(model)/infer", token: token, headers: headers, json: "{}")
                #expect(answer.status == ["broken": 500, "never": 504][model, default: 200], "\(model)")
            }
            #expect(try await probe.send("GET", "/v1/router/experiments").status == 401)
            #expect(try await probe.send("GET", "/v1/router/experiments", token: token).status == 200)
        }
    }
}
