import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Observability
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import MeshClient

/// What the peer saw.
private struct Seen: Sendable {
    var paths: [String] = []
    var deadlines: [Int] = []
    var failuresLeft = 0
    var traces: [String] = []
}

/// Runs a real HTTP server with the routes that the tests need.
private func withPeer<T: Sendable>(_ body: @Sendable @escaping (MeshClient, Recorder<Seen>) async throws -> T) async throws -> T {
    let seen = Recorder(Seen())
    let router = Router()
    router.post("/echo") { request, _ in
        let bytes = try await request.body.collect(upTo: 64 << 20)
        return Response(status: .ok, headers: [.contentType: request.headers[.contentType] ?? ""], body: .init(byteBuffer: bytes))
    }
    router.get("/deadline") { request, _ in
        let left = request.headers[HTTPField.Name(HeaderNames.deadline)!].flatMap { Int($0) } ?? -1
        seen.change { $0.deadlines.append(left) }
        return "{}"
    }
    router.get("/slow") { _, _ -> String in
        seen.change { $0.paths.append("slow") }
        try await Task.sleep(for: .seconds(60))
        return "{}"
    }
    @Sendable func flaky(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        seen.change { state in
            state.paths.append(request.method.rawValue)
            state.failuresLeft -= 1
        }
        return Response(status: seen.value.failuresLeft >= 0 ? .serviceUnavailable : .ok, body: .init(byteBuffer: ByteBuffer(string: "{}")))
    }
    router.get("/flaky", use: flaky)
    router.post("/flaky", use: flaky)
    router.get("/busy") { _, _ -> Response in
        seen.change { $0.paths.append("busy") }
        return Response(status: .serviceUnavailable, headers: [.retryAfter: "0"])
    }
    router.get("/broken") { _, _ -> Response in
        seen.change { $0.paths.append("broken") }
        return Response(status: .serviceUnavailable)
    }
    router.get("/trace") { request, _ in
        seen.change { $0.traces.append(request.headers[HTTPField.Name(HeaderNames.traceparent)!] ?? "") }
        return "{}"
    }
    router.get("/problem") { _, _ -> Response in
        let problem = Problem(.notFound, "There is none.")
        return Response(status: .notFound, body: .init(byteBuffer: ByteBuffer(bytes: try WireJSON.encode(problem))))
    }
    let (ports, portsIn) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
        router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { portsIn.yield($0.localAddress?.port ?? 0) },
        logger: Logger(label: "peer", factory: { _ in SwiftLogNoOpLogHandler() }))
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.run() }
        defer { group.cancelAll() }
        var iterator = ports.makeAsyncIterator()
        let port = await iterator.next() ?? 0
        return try await body(MeshClient(baseURL: "http://127.0.0.1:\(port)", peer: .modelRegistry, tokens: nil), seen)
    }
}

@Suite("Mesh client", .serialized)
struct MeshClientTests {
    @Test("bodies of every size go there and back", arguments: [0, 1, 1000, 100_000, 5_000_000])
    func bodies(size: Int) async throws {
        try await withPeer { client, _ in
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }

            let answer = try await client.send(
                ClientRequest("POST", Path("echo"), headers: [("content-type", "application/octet-stream")], body: body))

            #expect(answer.status == 200)
            #expect(answer.body == body)
        }
    }

    @Test("a file goes there piece by piece, also an empty one", arguments: [0, 1, 3_000_000])
    func files(size: Int) async throws {
        try await withPeer { client, _ in
            try await withTemporaryFolder { folder in
                let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                let file = folder.appending(path: "body")
                try Data(body).write(to: file)
                var request = ClientRequest("POST", Path("echo"), headers: [("content-type", "application/octet-stream")])
                request.bodyFile = file.path

                let answer = try await client.send(request)

                #expect(answer.status == 200 && answer.body == body)
            }
        }
    }

    @Test("many calls at once each get their own answer")
    func concurrency() async throws {
        try await withPeer { client, _ in
            let right = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let body = Array("call \(number)".utf8)
                        return try await client.send(ClientRequest("POST", Path("echo"), body: body)).body == body
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(right == 200)
        }
    }

    @Test("the deadline travels and shrinks")
    func deadline() async throws {
        try await withPeer { client, seen in
            _ = try await client.send(ClientRequest("GET", Path("deadline"), deadline: .after(.seconds(3))))

            let left = try #require(seen.value.deadlines.first)
            #expect((1...3000).contains(left))
        }
    }

    @Test("a deadline that passes is a time-out")
    func timeout() async throws {
        try await withPeer { client, _ in
            let error = await #expect(throws: ClientError.self) {
                try await client.send(ClientRequest("GET", Path("slow"), deadline: .after(.milliseconds(150))))
            }
            #expect(error?.kind == .timeout)
        }
    }

    @Test("a cancelled task gives its call up")
    func cancellation() async throws {
        try await withPeer { client, seen in
            let task = Task { try await client.send(ClientRequest("GET", Path("slow"), deadline: .after(.seconds(50)))) }
            try await eventually { seen.value.paths.isEmpty ? "the call has not come" : nil }

            task.cancel()

            let error = await #expect(throws: ClientError.self) { try await task.value }
            #expect(error?.kind == .cancelled)
        }
    }

    @Test(
        "idempotent calls are tried again, others are not",
        arguments: [("GET", nil), ("POST", "key"), ("POST", nil)] as [(String, String?)])
    func retries(method: String, key: String?) async throws {
        try await withPeer { client, seen in
            seen.change { $0.failuresLeft = 2 }

            let answer = try await client.send(ClientRequest(method, Path("flaky"), idempotencyKey: key))

            let isIdempotent = method == "GET" || key != nil
            #expect(answer.status == (isIdempotent ? 200 : 503))
            #expect(seen.value.paths.count == (isIdempotent ? 3 : 1))
        }
    }

    @Test("when the budget of retries is spent, a failing peer gets each call once")
    func budget() async throws {
        try await withPeer { client, seen in
            for _ in 0..<40 { _ = try await client.send(ClientRequest("GET", Path("busy"))) }

            // Half of the capacity of 20 at first, and a tenth of the calls.
            let retries = seen.value.paths.count - 40
            #expect((10...14).contains(retries), "\(retries)")
            seen.change { $0.paths = [] }
            for _ in 0..<10 { _ = try await client.send(ClientRequest("GET", Path("busy"))) }
            #expect((10...12).contains(seen.value.paths.count), "\(seen.value.paths.count)")
        }
    }

    @Test("a peer that says when to come again is not left alone; one that only fails is")
    func busyPeer() async throws {
        try await withPeer { client, seen in
            for _ in 0..<30 {
                let status = try await client.send(ClientRequest("GET", Path("busy"))).status
                #expect(status == 503)
            }
            #expect(seen.value.paths.count >= 30)

            let error = await #expect(throws: ClientError.self) {
                for _ in 0..<30 { _ = try await client.send(ClientRequest("GET", Path("broken"))) }
            }
            #expect(error?.kind == .circuitOpen)
            #expect(seen.value.paths.count { $0 == "broken" } == 10)
        }
    }

    @Test("the trace goes out as a child of the present one")
    func trace() async throws {
        try await withPeer { client, seen in
            let trace = TraceContext()
            try await TraceContext.$current.withValue(trace) {
                _ = try await client.send(ClientRequest("GET", Path("trace")))
            }
            _ = try await client.send(ClientRequest("GET", Path("trace")))

            let sent = try #require(seen.value.traces.first.flatMap { TraceContext(traceparent: $0) })
            #expect(sent.traceID == trace.traceID)
            #expect(sent.spanID != trace.spanID)
            #expect(seen.value.traces.last == "")
        }
    }

    @Test("a refusal is thrown as the problem that it is")
    func problem() async throws {
        try await withPeer { client, _ in
            let error = await #expect(throws: ClientError.self) { try await client.get(Path("problem"), as: JSONValue.self) }
            #expect(error?.problem?.code == "request.not_found")
            #expect(error?.status == 404)
        }
    }

    @Test("a peer that is not there is a connection error, and the breaker opens and closes again")
    func breaker() async throws {
        let client = MeshClient(baseURL: "http://127.0.0.1:1", peer: .modelRegistry, tokens: nil)
        var kinds: [ClientError.Kind] = []
        for _ in 0..<30 {
            do {
                _ = try await client.send(ClientRequest("POST", Path("echo")))
            } catch let error as ClientError {
                kinds.append(error.kind)
            }
        }
        #expect(kinds.first == .connection)
        #expect(kinds.last == .circuitOpen)
    }

    @Test("no name escapes from its segment", arguments: ["..", ".", "a/b", "a?b", "é", "%2e%2e", "a b"])
    func path(name: String) {
        let text = Path("v1", name).description
        #expect(text.split(separator: "/").count == 2)
        #expect(!text.dropFirst(4).contains { "/?. ".contains($0) })
    }
}

@Suite("Circuit breaker and retry budget")
struct StateMachineTests {
    @Test("the breaker opens after failures in a row, lets one call through, and closes on its success")
    func breaker() {
        let start = ContinuousClock.now
        var breaker = CircuitBreaker(threshold: 3, pause: .seconds(1))
        for _ in 0..<2 { breaker.failed(at: start) }
        breaker.succeeded()
        var admitted: [Bool] = []
        for _ in 0..<3 {
            admitted.append(breaker.admits(at: start))
            breaker.failed(at: start)
        }
        for milliseconds in [999, 1000, 1000] { admitted.append(breaker.admits(at: start + .milliseconds(milliseconds))) }
        breaker.failed(at: start + .seconds(1))
        for milliseconds in [1900, 2000] { admitted.append(breaker.admits(at: start + .milliseconds(milliseconds))) }
        breaker.succeeded()
        admitted.append(breaker.admits(at: start + .seconds(2)))

        #expect(admitted == [true, true, true, false, true, false, false, true, true])
    }

    @Test("retries are at most a share of the requests")
    func budget() {
        var budget = RetryBudget(share: 0.1, capacity: 10)
        var retries = 0
        for _ in 0..<1000 {
            budget.noteRequest()
            if budget.take() { retries += 1 }
        }
        #expect((95...106).contains(retries))
    }
}
