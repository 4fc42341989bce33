import Contracts
import Foundation
import HTTPService
import Observability
import ServiceTestSupport
import TestSupport
import Testing

@Suite("Routes on the event loop")
struct FastPathTests {
    static let token = TestAuthority().key(roles: [.engineer])
    var token: String { Self.token }

    static func infer(_ model: String, _ body: String, headers: [String: String] = [:]) -> [UInt8] {
        HTTPProbe.request("POST", "/v2/models/\(model)/infer", token: token, headers: headers, body: Array(body.utf8))
    }

    @Test("a request is let in, handled and counted as any other")
    func handled() async throws {
        let metrics = PrometheusRegistry()
        try await withRunning(makeFastService(metrics: metrics)) { [token] probe async throws in
            let answer = try await probe.send("POST", "/v2/models/digits/infer", token: token, body: Array("abc".utf8))
            let named = try await probe.send("POST", "/v2/models/name/versions/a%20b/infer", token: token, body: [])

            #expect(answer.status == 200)
            #expect(answer.text == "abc")
            #expect(answer[header: "x-request-id"].flatMap { RequestID($0) } != nil)
            #expect(answer[header: "date"]?.hasSuffix("GMT") == true)
            #expect(named.text == "name/a b")
        }
        #expect(
            metrics.render().contains(#"mesh_http_requests_total{method="POST",route="/v2/models/{model}/infer",status="200"} 1"#))
        #expect(metrics.render().contains("mesh_http_in_flight_requests 0\n"))
    }

    @Test("who may not call is refused in the route's style, and the connection goes on")
    func refused() async throws {
        let labeler = TestAuthority().key(roles: [.labeler])
        let log = FastLog()
        try await withRunning(makeFastService(log: log)) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(HTTPProbe.request("POST", "/v2/models/a/infer", body: Array("abc".utf8)))
            let unknown = try await connection.answer()
            await connection.write(HTTPProbe.request("POST", "/v2/models/a/infer", token: labeler, body: Array("abc".utf8)))
            let forbidden = try await connection.answer()
            await connection.write(Self.infer("a", "still"))
            let good = try await connection.answer()

            #expect(unknown.status == 401)
            #expect(unknown.json["error"]?.stringValue?.isEmpty == false)
            #expect(unknown.json.objectValue?.count == 1)
            #expect(forbidden.status == 403)
            #expect(good.text == "still")
        }
        #expect(log.handled == 1)
    }

    @Test("what comes in together on an event loop can be gathered, and every request is answered")
    func gathered() async throws {
        let log = FastLog()
        try await withRunning(makeFastService(log: log)) { probe async throws in
            var loops: [String: [ProbeConnection]] = [:]
            for _ in 0..<24 {
                let connection = try ProbeConnection(port: probe.port)
                await connection.write(Self.infer("loop", ""))
                loops[try await connection.answer().text, default: []].append(connection)
            }
            let mates = loops.values.max { $0.count < $1.count } ?? []
            await mates[0].write(Self.infer("block", ""))
            try await eventually { log.handled == 25 ? nil : "the loop is not blocked" }
            for mate in mates.dropFirst() { await mate.write(Self.infer("gather", "")) }
            log.unblockLoop()

            #expect(try await mates[0].answer().status == 200)
            var counts: [Int: Int] = [:]
            for mate in mates.dropFirst() { counts[Int(try await mate.answer().text) ?? 0, default: 0] += 1 }
            #expect(counts.allSatisfy { $1 % max(1, $0) == 0 })
            #expect((counts.keys.max() ?? 0) > 1)
        }
    }

    @Test("pipelined requests of both ways are answered in their order")
    func pipelined() async throws {
        try await withRunning(makeFastService()) { [token] probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            let list = HTTPProbe.request("GET", "/v1/router/experiments", token: token)
            var bytes: [UInt8] = []
            for index in 0..<5 { bytes += Self.infer("later", "l\(index)") + list + Self.infer("now", "n\(index)") + list + list }
            await connection.write(bytes)

            var answers: [String] = []
            for _ in 0..<25 { answers.append(try await connection.answer().text) }

            let listed = #"{"listed":true}"#
            #expect(answers == (0..<5).flatMap { ["l\($0)", listed, "n\($0)", listed, listed] })
        }
    }

    @Test("a request that arrives byte by byte, or with a chunked body, is the same request")
    func pieces() async throws {
        try await withRunning(makeFastService()) { [token] probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            for byte in Self.infer("a", "slowly") { await connection.write([byte]) }
            let slow = try await connection.answer()
            await connection.write(
                "POST /v2/models/a/infer HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            let chunked = try await connection.answer()

            #expect(slow.text == "slowly")
            #expect(chunked.text == "abcde")
        }
    }

    @Test(
        "a body above the limit is 413, announced or not, on either way",
        arguments: ["/v1/router/experiments", "/v1/router/experiments/x/stages"])
    func tooLarge(path: String) async throws {
        try await withRunning(makeFastService()) { [token] probe async throws in
            let head = "POST \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n"
            let announced = try await probe.raw(head + "Content-Length: 1048577\r\n\r\n")
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(head + "Transfer-Encoding: chunked\r\n\r\n")
            let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
            for _ in 0..<40 where await connection.write(chunk) {}
            let chunked = try await connection.answer()

            #expect(announced.status == 413)
            #expect(chunked.status == 413)
            #expect(chunked[header: "connection"] == "close")
            #expect(chunked.json["code"] == "request.too_large")
            #expect(try await probe.send("POST", path, token: token, body: [UInt8](repeating: 120, count: 1 << 20)).status == 200)
        }
    }

    @Test(
        "Expect: 100-continue is answered before the body, or refused",
        arguments: ["/v1/router/experiments", "/v1/router/experiments/x/stages"])
    func expectContinue(path: String) async throws {
        try await withRunning(makeFastService()) { [token] probe async throws in
            let head = "POST \(path) HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: "
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(head + "3\r\nAuthorization: Bearer \(token)\r\n\r\n")
            let interim = try await connection.answer()
            await connection.write("abc")
            let final = try await connection.answer()
            let refused = try await probe.raw(head + "9999999\r\nAuthorization: Bearer \(token)\r\n\r\n")
            let unknown = try await probe.raw(head + "3\r\n\r\n")

            #expect(interim.status == 100)
            #expect(final.status == 200)
            #expect(refused.status == 413)
            #expect(unknown.status == 401)
        }
    }

    @Test("the first answer counts, from whatever thread")
    func once() async throws {
        try await withRunning(makeFastService()) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(Self.infer("twice", "") + Self.infer("a", "next"))
            #expect(try await connection.answer().text == "first")
            #expect(try await connection.answer().text == "next")
        }
    }

    @Test("an unexpected error is a 500 that tells nothing")
    func broken() async throws {
        try await withRunning(makeFastService()) { [token] probe async throws in
            let answer = try await probe.send("POST", "/v2/models/broken/infer", token: token, body: [])
            #expect(answer.status == 500)
            #expect(answer.json == ["error": "Something went wrong inside"])
        }
    }

    @Test("the deadline answers 504 and tells the route that nobody waits")
    func deadline() async throws {
        let log = FastLog()
        try await withRunning(makeFastService(log: log)) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(Self.infer("never", "", headers: ["X-Mesh-Deadline-Ms": "30"]))
            let late = try await connection.answer()
            await connection.write(Self.infer("a", "next"))

            #expect(late.status == 504)
            #expect(log.cancelled == 1)
            #expect(try await connection.answer().text == "next")
        }
    }

    @Test("a client that hangs up is seen by the route, counted, and nothing of it stays", arguments: ["never", "drop"])
    func hangUp(model: String) async throws {
        let log = FastLog()
        let metrics = PrometheusRegistry()
        try await withRunning(makeFastService(log: log, metrics: metrics)) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(Self.infer(model, "", headers: ["X-Mesh-Deadline-Ms": "20000"]))
            try await eventually { log.handled == 1 ? nil : "\(log.handled) handled" }

            connection.hangUp()

            try await eventually { log.cancelled == 1 ? nil : "\(log.cancelled) cancelled" }
            try await eventually {
                let text = metrics.render()
                guard text.contains("mesh_http_in_flight_requests 0\n") else { return "it is in flight" }
                let route = #"mesh_http_requests_total{method="POST",route="/v2/models/{model}/infer",status="#
                return text.contains(#"\#(route)"499"} 1"#) ? nil : text
            }
        }
    }

    @Test(
        "an answer larger than the socket's buffer is whole, though the connection ends with it", arguments: ["close", "keep-alive"],
        ["/v2/models/large/infer", "/v1/router/experiments/large/stages"])
    func large(connection header: String, path: String) async throws {
        try await withRunning(makeFastService()) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(HTTPProbe.request("POST", path, token: Self.token, headers: ["Connection": header], body: [1]))
            // By now the socket's buffer is full.
            await connection.write(Self.infer("now", ""))
            let answer = try await connection.answer()

            #expect(answer.status == 200)
            #expect(answer.body.count == 12 << 20)
            #expect(answer.body.allSatisfy { $0 == 7 })
        }
    }

    @Test("a client that reads nothing is answered no further than its socket takes, and then all of it")
    func reads() async throws {
        let log = FastLog()
        try await withRunning(makeFastService(log: log)) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write((0..<4).flatMap { _ in Self.infer("large", "") })
            try await eventually { log.handled > 0 ? nil : "nothing is handled" }
            for _ in 0..<8 { #expect(try await probe.send("POST", "/v2/models/a/infer", token: Self.token, body: [1]).status == 200) }

            #expect(log.handled < 8 + 4)
            for _ in 0..<4 { #expect(try await connection.answer().body.count == 12 << 20) }
        }
    }

    @Test("answers that let the next request in are sent on, each of them")
    func inTurn() async throws {
        try await withRunning(makeFastService()) { probe async throws in
            let connection = try ProbeConnection(port: probe.port, timeout: .seconds(5))
            await connection.write((0..<6).flatMap { _ in Self.infer("medium", "") } + Self.infer("now", "last"))

            for _ in 0..<6 { #expect(try await connection.answer().body.count == 200 << 10) }
            #expect(try await connection.answer().text == "last")
        }
    }

    /// The next answer that is none in between.
    private static func final(_ connection: ProbeConnection) async throws -> ProbeAnswer {
        let answer = try await connection.answer()
        return answer.status == 100 ? try await final(connection) : answer
    }

    @Test("a client that closes its sending half gets all its answers", arguments: ["later", "now", "held"])
    func halfClosed(model: String) async throws {
        let log = FastLog()
        try await withRunning(makeFastService(log: log)) { [token] probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            let list = HTTPProbe.request("GET", "/v1/router/experiments", token: token)
            await connection.write(Self.infer(model, "abc") + list + Self.infer("later", "def") + list)
            connection.finishWriting()
            // Held until it was asked whether the client is there still.
            if model == "held" { #expect(try await connection.answer().status == 100) }
            log.release()

            #expect(try await Self.final(connection).text == "abc")
            #expect(try await Self.final(connection).text == #"{"listed":true}"#)
            #expect(try await Self.final(connection).text == "def")
            #expect(try await Self.final(connection).text == #"{"listed":true}"#)
            #expect(await connection.isClosedByServer())
            #expect(log.cancelled == 0)
        }
    }

    @Test("a half request behind a whole one is refused after its answer")
    func halfRequest() async throws {
        try await withRunning(makeFastService()) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(Self.infer("later", "abc") + Array("POST /v2/mod".utf8))
            connection.finishWriting()

            #expect(try await Self.final(connection).text == "abc")
            #expect(try await Self.final(connection).status == 400)
            #expect(await connection.isClosedByServer())
        }
    }

    @Test(
        "a large answer to a client that closed its sending half is whole",
        arguments: ["/v2/models/large/infer", "/v1/router/experiments/large/stages"])
    func halfClosedLarge(path: String) async throws {
        try await withRunning(makeFastService()) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(HTTPProbe.request("POST", path, token: Self.token, body: [1]))
            connection.finishWriting()
            for _ in 0..<4 { #expect(try await probe.send("POST", "/v2/models/a/infer", token: Self.token, body: [1]).status == 200) }

            #expect(try await Self.final(connection).body.count == 12 << 20)
        }
    }

    @Test("Connection: close ends the connection after the answer", arguments: ["/v2/models/a/infer", "/v1/router/experiments/x/stages"])
    func close(path: String) async throws {
        try await withRunning(makeFastService()) { [token] probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(HTTPProbe.request("POST", path, token: token, headers: ["Connection": "close"], body: [1]))
            let answer = try await connection.answer()

            #expect(answer.status == 200)
            #expect(answer[header: "connection"] == "close")
            #expect(await connection.isClosedByServer())
        }
    }

    @Test("a graceful stop lets requests in flight end, on either way")
    func gracefulStop() async throws {
        let log = FastLog()
        let service = makeFastService(log: log, settings: TestAuthority().settings(drain: .milliseconds(50)))
        try await withRunning(service) { [token] probe async throws in
            let fast = try ProbeConnection(port: probe.port)
            let slow = try ProbeConnection(port: probe.port)
            let idle = try ProbeConnection(port: probe.port)
            await idle.write(HTTPProbe.request("GET", "/healthz"))
            _ = try await idle.answer()
            await fast.write(Self.infer("held", "kept"))
            await slow.write(HTTPProbe.request("GET", "/v1/router/experiments/x", token: token))
            try await eventually { log.handled == 2 ? nil : "\(log.handled) begun" }

            await service.stop()
            try await eventually { (try? ProbeConnection(port: probe.port)) == nil ? nil : "still listening" }
            log.release()

            #expect(try await fast.answer().text == "kept")
            #expect(try await slow.answer().status == 200)
            #expect(await idle.isClosedByServer())
        }
    }

    @Test("connections that come while a service stops end nothing but themselves")
    func comingAtTheEnd() async throws {
        for _ in 0..<10 {
            let service = makeFastService()
            try await withRunning(service) { probe async throws in
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 {
                        group.addTask {
                            while let connection = try? ProbeConnection(port: probe.port) { await connection.write(Self.infer("a", "abc")) }
                        }
                    }
                    group.addTask { await service.stop() }
                }
            }
            #expect(service.readiness.isDraining)
        }
    }
}
