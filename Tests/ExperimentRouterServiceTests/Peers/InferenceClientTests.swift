import Contracts
import HTTPService
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import Observability
import ServiceTestSupport
import TestSupport
import Testing

@testable import ExperimentRouterService

@Suite("The way to inference")
struct InferenceClientTests {
    /// A service that passes every prediction on to a peer, and a connection to it: one connection is one event loop.
    private func withWay(_ peer: RawPeer, _ body: @Sendable @escaping (HTTPProbe) async throws -> Void) async throws {
        try await peer.running { port in
            let client = try InferenceClient(baseURL: "http://127.0.0.1:\(port)")
            let service = makeService(
                name: .experimentRouter, settings: HTTPSettings(keys: [:], localCaller: .local), logger: quiet,
                metrics: PrometheusRegistry(),
                fastRoutes: [
                    FastRoute("POST", "/v2/models/{model}/infer") { request, responder in
                        client.send(["x-mesh-variant": "a"], path: "/v2/models/m/versions/1/infer", for: request, responder) { result in
                            switch result {
                            case .success(let answer): responder.respond(status: .init(code: answer.status), body: answer.body)
                            case .failure(let fault): responder.respond(status: .badGateway, bytes: Array("\(fault)".utf8))
                            }
                        }
                    }
                ]
            ) { _ in }
            try await withRunning(service, body)
        }
    }

    private static func request(_ body: [UInt8], milliseconds: Int? = nil) -> [UInt8] {
        let headers = milliseconds.map { ["X-Mesh-Deadline-Ms": String($0)] } ?? [:]
        return HTTPProbe.request("POST", "/v2/models/m/infer", headers: headers, body: body)
    }

    @Test("requests of one connection go on over one kept connection, whatever their size")
    func kept() async throws {
        let peer = RawPeer()
        try await withWay(peer) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            for size in [0, 1, 500, 400_000, 3] {
                let body = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
                await connection.write(Self.request(body))
                #expect(try await connection.answer().body == body)
            }
            #expect(peer.count.requests == 5 && peer.count.connections == 1)
        }
    }

    @Test("a kept connection that the peer has closed costs nobody an answer")
    func stale() async throws {
        let peer = RawPeer()
        peer.will(.answerAndClose)
        try await withWay(peer) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            for number in 0..<30 {
                await connection.write(Self.request([UInt8(number)]))
                let answer = try await connection.answer()
                #expect(answer.status == 200 && answer.body == [UInt8(number)])
            }
        }
    }

    @Test("a request that a new connection broke under is not sent again, nor one whose answer had begun")
    func broken() async throws {
        let peer = RawPeer()
        try await withWay(peer) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            peer.will(.close)
            await connection.write(Self.request([1]))
            let closed = try await connection.answer()
            let first = peer.count.requests
            peer.will(.answer)
            await connection.write(Self.request([2]))
            let good = try await connection.answer()
            peer.will(.breakOff)
            await connection.write(Self.request([3]))
            let half = try await connection.answer()

            #expect(closed.status == 502 && closed.text == "unreachable" && first == 1)
            #expect(good.status == 200)
            #expect(half.status == 502 && half.text == "unreadable")
            #expect(peer.count.requests == 3)
        }
    }

    @Test("a kept connection that breaks under a request of which nothing was answered: it is sent once more, not twice")
    func repeated() async throws {
        let peer = RawPeer()
        try await withWay(peer) { probe async throws in
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(Self.request([1]))
            _ = try await connection.answer()
            peer.will(.close)
            await connection.write(Self.request([2]))
            #expect(try await connection.answer().text == "unreachable")
            #expect(peer.count.requests == 3)
        }
    }

    @Test("a client that hangs up, and a deadline, end the call at the peer")
    func givenUp() async throws {
        let peer = RawPeer()
        peer.will(.silence)
        try await withWay(peer) { probe async throws in
            let gone = try ProbeConnection(port: probe.port)
            await gone.write(Self.request([1]))
            try await eventually { peer.count.requests == 1 ? nil : "\(peer.count)" }
            gone.hangUp()
            try await eventually { peer.count.closed == 1 ? nil : "\(peer.count)" }

            let late = try ProbeConnection(port: probe.port)
            await late.write(Self.request([2], milliseconds: 30))
            let answer = try await late.answer()
            try await eventually { peer.count.closed == 2 ? nil : "\(peer.count)" }
            // Whoever of the two notices first says so: the call, or the connection whose request it is.
            #expect(answer.text == "timeout" || answer.status == 504, "\(answer.status) \(answer.text)")
        }
    }

    @Test("nobody there is told at once")
    func nobody() async throws {
        let free = try await RawPeer().running { $0 }
        let client = try InferenceClient(baseURL: "http://127.0.0.1:\(free)")
        let service = makeService(
            name: .experimentRouter, settings: HTTPSettings(keys: [:], localCaller: .local), logger: quiet, metrics: PrometheusRegistry(),
            fastRoutes: [
                FastRoute("POST", "/v2/models/{model}/infer") { request, responder in
                    client.send([:], path: "/", for: request, responder) { result in
                        if case .failure(let fault) = result { responder.respond(bytes: Array("\(fault)".utf8)) }
                    }
                }
            ]
        ) { _ in }
        try await withRunning(service) { probe async throws in
            #expect(try await probe.send("POST", "/v2/models/m/infer", body: []).text == "unreachable")
        }
    }
}
