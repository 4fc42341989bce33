import Contracts
import Foundation
import Hummingbird
import Logging
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import MeshClient

/// Runs an identity that gives out tokens of a lifetime in seconds and counts them; a lifetime of 0 answers 503.
private func withIdentity<T: Sendable>(_ body: @Sendable @escaping (TokenSource, Recorder<Int>, Recorder<Int>) async throws -> T)
    async throws -> T
{
    let asked = Recorder(0)
    let lifetime = Recorder(300)
    let router = Router()
    router.post("/v1/identity/token") { request, _ -> Response in
        asked.change { $0 += 1 }
        let form = String(buffer: try await request.body.collect(upTo: 1_000))
        let basic = "Basic " + Data("trainer:se:cret".utf8).base64EncodedString()
        guard request.headers[.authorization] == basic, form == "grant_type=client_credentials" else {
            return Response(status: .unauthorized)
        }
        guard lifetime.value > 0 else { return Response(status: .internalServerError) }
        let reply = TokenReply(access_token: "token-\(asked.value)", token_type: "Bearer", expires_in: lifetime.value, scope: "service")
        return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: try WireJSON.encode(reply))))
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
        return try await body(.credentials(baseURL: "http://127.0.0.1:\(port)", id: "trainer", secret: "se:cret"), asked, lifetime)
    }
}

@Suite("Tokens of a service")
struct TokenSourceTests {
    @Test("many who need a token at the same time make one request, and the token is kept")
    func once() async throws {
        try await withIdentity { source, asked, _ in
            let tokens = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<50 { group.addTask { try await source.token() } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            let later = try await source.token()

            #expect(tokens == ["token-1"] && later == "token-1")
            #expect(asked.value == 1)
        }
    }

    @Test("a token past half of its life serves on while one renewal is under way")
    func renewal() async throws {
        try await withIdentity { source, asked, lifetime in
            lifetime.change { $0 = 1 }
            let first = try await source.token()
            #expect(first == "token-1")
            lifetime.change { $0 = 300 }
            // One second's token is over its half at once (whole seconds), so the next caller starts a renewal.
            let second = try await source.token()
            #expect(["token-1", "token-2"].contains(second))
            try await eventually {
                let token = try await source.token()
                return token == "token-2" ? nil : token
            }
            #expect(asked.value == 2)
        }
    }

    @Test("identity that refuses or fails is an error of its own kind, and the next caller asks again")
    func refused() async throws {
        try await withIdentity { source, asked, lifetime in
            lifetime.change { $0 = 0 }
            let error = await #expect(throws: ClientError.self) { try await source.token() }
            #expect(error?.kind == .unauthenticated)
            lifetime.change { $0 = 300 }

            let token = try await source.token()
            #expect(token == "token-\(asked.value)")
        }
    }
}
