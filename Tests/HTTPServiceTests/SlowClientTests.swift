import Logging
import NIOCore
import Observability
import ServiceTestSupport
import TestSupport
import Testing

@testable import HTTPService

@Suite("Clients that take their time")
struct SlowClientTests {
    private static func service(_ times: ConnectionTimes, log: FastLog = FastLog()) -> MeshService {
        makeFastService(log: log, settings: HTTPSettings(keys: [:], localCaller: .local, times: times))
    }

    /// A head that announces more than ever comes, with a deadline that is far off.
    private static func begun(_ path: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: mesh\r\nX-Mesh-Deadline-Ms: 600000\r\nContent-Length: 1000\r\n\r\nabc"
    }

    private static let ways = ["/v2/models/a/infer", "/v1/router/experiments/x/stages"]
    private static let limits = [
        ConnectionTimes(silence: .milliseconds(50), interval: .milliseconds(20)),
        ConnectionTimes(request: .milliseconds(50), interval: .milliseconds(20)),
    ]

    @Test("a body is not waited for beyond our own limits, whatever deadline its client sets", arguments: ways, limits.indices)
    func body(path: String, limit: Int) async throws {
        try await withRunning(Self.service(Self.limits[limit])) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(Self.begun(path))

            #expect(try await connection.answer().status == 504)
            #expect(await connection.isClosedByServer())
            #expect(try await probe.send("POST", path, body: [1]).status == 200)
        }
    }

    @Test("a head that never ends ends the connection", arguments: limits.indices)
    func head(limit: Int) async throws {
        try await withRunning(Self.service(Self.limits[limit])) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write("GET /healthz HTTP/1.1\r\nHost: me")

            #expect(await connection.isClosedByServer())
        }
    }

    @Test("a request at work is none that comes in slowly", arguments: limits.indices)
    func work(limit: Int) async throws {
        try await withRunning(Self.service(Self.limits[limit])) { probe async throws in
            #expect(try await probe.send("POST", "/v2/models/later/infer", body: [1]).body == [1])
        }
    }

    @Test("a client that takes nothing of its answer is given up")
    func unread() async throws {
        let times = ConnectionTimes(writing: .milliseconds(100), interval: .milliseconds(20))
        try await withRunning(Self.service(times)) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(HTTPProbe.request("POST", "/v2/models/large/infer", body: [1]))

            try await eventually { await connection.write([13]) ? "the connection is kept" : nil }
        }
    }

    @Test("bytes buy time, at a bounded price; time in which nothing was asked for is free")
    func pace() {
        let times = ConnectionTimes(silence: .seconds(20), request: .seconds(15), slowest: 1_000)
        var pace = RequestPace()
        #expect(!pace.isTooSlow(waiting: .seconds(15), slowest: 1_000, times))
        #expect(pace.isTooSlow(waiting: .seconds(16), slowest: 1_000, times))
        for _ in 0..<10 { pace.add(1, after: .milliseconds(1_500)) }
        #expect(!pace.isTooSlow(waiting: .zero, slowest: 1_000, times))
        #expect(pace.isTooSlow(waiting: .milliseconds(20), slowest: 1_000, times))
        pace.add(100_000, after: .zero)
        #expect(!pace.isTooSlow(waiting: .seconds(20), slowest: 1_000, times))
        #expect(pace.isTooSlow(waiting: .seconds(21), slowest: 1_000, times))
    }
}
