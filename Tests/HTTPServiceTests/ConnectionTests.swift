import Contracts
import Foundation
import Logging
import NIOCore
import Observability
import ServiceTestSupport
import TestSupport
import Testing

@testable import HTTPService

@Suite("One connection, many requests")
struct ConnectionTests {
    private let authority = TestAuthority()

    private func infer(_ token: String?, _ body: String = "abc") -> [UInt8] {
        HTTPProbe.request("POST", "/v2/models/a/infer", token: token, body: Array(body.utf8))
    }

    @Test("a connection that serves several callers judges each request by its own token")
    func callers() async throws {
        let engineer = authority.key("1", roles: [.engineer])
        let labeler = authority.key("2", roles: [.labeler])
        // As long as the good one, other in its last character alone.
        let forged = engineer.dropLast() + (engineer.hasSuffix("A") ? "B" : "A")
        let tokens = [engineer, engineer, labeler, engineer, String(forged), nil, engineer, labeler]
        try await withRunning(makeFastService()) { [infer] probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            var statuses: [Int] = []
            for token in tokens {
                await connection.write(infer(token, "abc"))
                statuses.append(try await connection.answer().status)
            }
            #expect(statuses == [200, 200, 403, 200, 401, 401, 200, 403])
        }
    }

    @Test("a token that is taken back is refused on the connection that brought it before")
    func revoked() async throws {
        let token = authority.key("7", roles: [.engineer])
        let service = makeFastService()
        try await withRunning(service) { [infer] probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(infer(token, "abc"))
            let before = try await connection.answer().status
            service.denyList.revoke(key: "7")
            await connection.write(infer(token, "abc"))

            #expect(before == 200)
            #expect(try await connection.answer().status == 401)
        }
    }

    @Test("a token that runs out is refused on the connection that brought it before")
    func expired() async throws {
        try await withRunning(makeFastService()) { [infer, authority] probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            // Made when all is running, so that it does not run out before it is shown.
            let token = authority.token(subject: "key:1", scopes: [.infer], lifetime: 8)
            await connection.write(infer(token, "abc"))
            #expect(try await connection.answer().status == 200)
            try await eventually {
                await connection.write(infer(token, "abc"))
                let status = try await connection.answer().status
                return status == 401 ? nil : "\(status)"
            }
        }
    }

    @Test("a second Authorization header is refused, also when the first is known")
    func twoTokens() async throws {
        let token = authority.key(roles: [.engineer])
        try await withRunning(makeFastService()) { [infer] probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(infer(token, "abc"))
            #expect(try await connection.answer().status == 200)
            let twice = "POST /v2/models/a/infer HTTP/1.1\r\nAuthorization: Bearer \(token)\r\nAuthorization: Bearer \(token)\r\n"
            await connection.write(twice + "Content-Length: 0\r\n\r\n")
            #expect(try await connection.answer().status == 400)
        }
    }

    @Test("a body that ends early is a 400, on either way", arguments: ["/v2/models/a/infer", "/v1/router/experiments/x/stages"])
    func endsEarly(path: String) async throws {
        let token = authority.key(roles: [.engineer])
        try await withRunning(makeFastService()) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write("POST \(path) HTTP/1.1\r\nAuthorization: Bearer \(token)\r\nContent-Length: 10\r\n\r\nabc")
            connection.finishWriting()
            #expect(try await connection.answer().status == 400)
        }
    }

    @Test(
        "HTTP/1.0 is answered and the connection ended, on either way",
        arguments: ["/v2/models/a/infer", "/v1/router/experiments/x/stages"])
    func oldVersion(path: String) async throws {
        let token = authority.key(roles: [.engineer])
        try await withRunning(makeFastService()) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write("POST \(path) HTTP/1.0\r\nAuthorization: Bearer \(token)\r\nContent-Length: 3\r\n\r\nabc")
            let answer = try await connection.answer()
            #expect(answer.status == 200)
            #expect(answer[header: "connection"] == "close")
            #expect(await connection.isClosedByServer())
        }
    }

    @Test("large bodies come back as they were sent, announced or in chunks", arguments: [30_000, 40_000, 1_000_000])
    func large(count: Int) async throws {
        let token = authority.key(roles: [.engineer])
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 251) }
        try await withRunning(makeFastService()) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(HTTPProbe.request("POST", "/v2/models/a/infer", token: token, body: body))
            #expect(try await connection.answer().body == body)
            let head = "POST /v2/models/later/infer HTTP/1.1\r\nAuthorization: Bearer \(token)\r\nTransfer-Encoding: chunked\r\n\r\n"
            let chunks = stride(from: 0, to: count, by: 7_001).map { Array(body[$0..<min($0 + 7_001, count)]) }
            let coded = chunks.flatMap { Array((String($0.count, radix: 16) + "\r\n").utf8) + $0 + Array("\r\n".utf8) }
            await connection.write(Array(head.utf8) + coded + Array("0\r\n\r\n".utf8))
            #expect(try await connection.answer().body == body)
        }
    }

    @Test("a service that stands alone asks nobody for a token")
    func standAlone() async throws {
        let service = makeFastService(settings: HTTPSettings(keys: [:], localCaller: .local))
        try await withRunning(service) { [infer] probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(infer(nil, "abc") + infer("nonsense", "def"))
            #expect(try await connection.answer().text == "abc")
            #expect(try await connection.answer().text == "def")
            #expect(try await probe.send("GET", "/v1/router/experiments").status == 200)
        }
    }

    @Test("the trace of a request is a child of the caller's, and begins with the request's id without one")
    func trace() throws {
        let own = try #require(RequestID("9f86d081884c7d659a2feaa0c55ad015"))
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
        let traced = try Self.head("traceparent: \(parent)\r\n").trace(own)
        let alone = try Self.head("").trace(own)

        #expect(traced.traceID == "0af7651916cd43dd8448eb211c80319c" && traced.spanID != "b7ad6b7169203331" && traced.flags == 0)
        #expect(alone.traceID == own.description && alone.flags == 1)
        #expect(try Self.head("").trace(own) == alone)
        #expect(try Self.head("").trace(RequestID()).spanID != alone.spanID)
    }

    private static func head(_ fields: String) throws -> RequestHead {
        var parser = RequestParser()
        var input = ByteBuffer(string: "POST / HTTP/1.1\r\n\(fields)\r\n")
        guard case .head(let head) = try parser.next(&input) else { throw RequestFault.malformed }
        return head
    }
}
