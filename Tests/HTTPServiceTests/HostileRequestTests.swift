import Contracts
import Foundation
import HTTPService
import ServiceTestSupport
import TestSupport
import Testing

@Suite("Hostile requests")
struct HostileRequestTests {
    static let token = TestAuthority().key(roles: [.engineer])
    static let end = "Host: a\r\nAuthorization: Bearer \(token)\r\n\r\n"

    static let bytes = [
        "nonsense\r\n\r\n", "\u{0}\u{0}\u{0}\u{0}\r\n\r\n", "GET\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /healthz HTTP/9.9\r\n\(end)", "get /healthz HTTP/1.1\r\n\(end)", "GET /health z HTTP/1.1\r\n\(end)",
        "GET /healthz HTTP/1.1\r\nContent-Length: -1\r\n\(end)",
        "GET /healthz HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\(end)",
        "POST /v2/models/a/infer HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\(end)0\r\n\r\n",
        "POST /v2/models/a/infer HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\(end)zz\r\n",
        "POST /v1/router/experiments/a/stages HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\(end)zz\r\n",
        "GET /healthz HTTP/1.1\r\nX: \(String(repeating: "x", count: 100_000))\r\n\(end)", "GET /healthz HTTP/1.1\r\nBad Name: x\r\n\(end)",
        "OPTIONS * HTTP/1.1\r\n\(end)", "CONNECT evil:443 HTTP/1.1\r\n\(end)",
        "TRACE /healthz HTTP/1.1\r\n\(end)", "POST /healthz HTTP/1.1\r\n\(end)", "BREW /v2/models/a/infer HTTP/1.1\r\n\(end)",
    ]

    @Test("bytes that are no sound request get a 4xx in JSON, and the service goes on", arguments: bytes)
    func malformed(bytes: String) async throws {
        try await withRunning(makeFastService()) { probe async throws in
            let answer = try await probe.raw(bytes)

            #expect((400..<500).contains(answer.status), "\(answer.status)")
            #expect(answer.json["code"] != nil || answer.json["error"] != nil, "\(answer.text)")
            #expect(try await probe.send("GET", "/healthz").status == 200)
        }
    }

    static let paths = [
        "/v1/router//experiments", "//v1/router/experiments", "/v1/router/experiments/..", "/v1/router/experiments/%2e%2E/stages",
        "/v2/models/./infer", "/v2/models/../infer", "/v2/models/a%2Fb/infer", "/v2/models/a%5cb/infer", "/v2/models/a\\b/infer",
        "/v2/models/%00/infer", "/v2/models/%0a/infer", "/v2/models/%7f/infer", "/v2/models/%zz/infer", "/v2/models/%/infer",
        "/v2/models/%ff%fe/infer", "/v2/models/\u{e9}/infer", "/v2/models/\(String(repeating: "a", count: 4_000))/infer",
        "/v2/models/a#b/infer",
        "/v1/router/experiments/%2e%2e/stages", "/v1/router/experiments/a%2fb/stages",
    ]

    @Test("hostile paths are 400 on either way", arguments: paths)
    func path(path: String) async throws {
        try await withRunning(makeFastService()) { probe async throws in
            let answer = try await probe.send("POST", path, token: Self.token, body: [])
            #expect(answer.status == 400)
        }
    }

    @Test("a segment is decoded once", arguments: [("di%67its", "digits"), ("a%252Fb", "a%2Fb"), ("a+b", "a+b"), ("%C3%A9", "é")])
    func decodedOnce(segment: String, value: String) async throws {
        try await withRunning(makeEchoService()) { probe async throws in
            let answer = try await probe.send("GET", "/v1/registry/capabilities/\(segment)", token: Self.token)
            #expect(answer.json["name"]?.stringValue == value)
        }
    }

    @Test("random bytes on a kept connection never end in a 5xx or a hang")
    func randomBytes() async throws {
        var random = SystemRandomNumberGenerator()
        let seeds = (0..<40).map { _ in random.next() }
        try await withRunning(makeFastService()) { probe async throws in
            for seed in seeds {
                let request = Self.mutated(FastPathTests.infer("a", "abc"), seed: seed)
                let connection = try ProbeConnection(port: probe.port, timeout: .seconds(10))
                await connection.write(request)
                connection.finishWriting()
                do {
                    let answer = try await connection.answer()
                    #expect(answer.status < 500, "seed \(seed)")
                } catch ProbeError.closed {
                    continue
                }
            }
            #expect(try await probe.send("GET", "/healthz").status == 200)
        }
    }

    /// A request with a few bytes changed, dropped or doubled.
    private static func mutated(_ request: [UInt8], seed: UInt64) -> [UInt8] {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var bytes = request
        for _ in 0...next(4) {
            let place = next(bytes.count)
            switch next(3) {
            case 0: bytes[place] = UInt8(next(256))
            case 1: bytes.remove(at: place)
            default: bytes.insert(bytes[place], at: place)
            }
        }
        return bytes
    }
}
