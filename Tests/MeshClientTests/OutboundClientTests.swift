import Foundation
import Hummingbird
import Logging
import NIOCore
import TestSupport
import Testing

@testable import MeshClient

@Suite("Requests to places outside the mesh", .serialized)
struct OutboundClientTests {
    /// Runs a server that answers with the host that it was asked for.
    private func withServer<T: Sendable>(_ body: @Sendable @escaping (Int) async throws -> T) async throws -> T {
        let router = Router()
        router.post("/host") { request, _ in request.head.authority ?? "none" }
        router.post("/away") { _, _ in Response(status: .found, headers: [.location: "/host"]) }
        router.post("/never") { _, _ -> String in
            try await Task.sleep(for: .seconds(60))
            return ""
        }
        let (ports, portsIn) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { portsIn.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "receiver", factory: { _ in SwiftLogNoOpLogHandler() }))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            defer { group.cancelAll() }
            var iterator = ports.makeAsyncIterator()
            return try await body(await iterator.next() ?? 0)
        }
    }

    private func post(_ url: String, timeout: Duration = .seconds(10)) async throws -> ClientResponse {
        let addresses = try await HostAddress.resolve("127.0.0.1")
        let address = try #require(addresses.first)
        return try await OutboundClient().post(url, at: address, headers: [], body: Array("{}".utf8), timeout: timeout)
    }

    @Test("go to the address that was looked at, whatever the name means, and keep the name")
    func pinned() async throws {
        try await withServer { port in
            let answer = try await post("http://receiver.invalid:\(port)/host")

            #expect(answer.status == 200)
            #expect(String(decoding: answer.body, as: UTF8.self) == "receiver.invalid:\(port)")
        }
    }

    @Test("follow no redirect, and end in time")
    func bounded() async throws {
        try await withServer { port in
            let redirect = try await post("http://receiver.invalid:\(port)/away")
            #expect(redirect.status == 302)
            let error = await #expect(throws: ClientError.self) {
                try await post("http://receiver.invalid:\(port)/never", timeout: .milliseconds(300))
            }
            #expect(error?.kind == .timeout)
        }
    }

    @Test("a name has the addresses that the system knows, a numeric text its own, and nonsense none")
    func addresses() async throws {
        let (four, six) = (try await HostAddress.resolve("127.0.0.1"), try await HostAddress.resolve("::1"))
        let (local, nothing) = (try await HostAddress.resolve("localhost"), try await HostAddress.resolve("receiver.invalid"))

        #expect(four.map(\.bytes) == [[127, 0, 0, 1]])
        #expect(six.map(\.description) == ["::1"])
        #expect(local.contains { $0.bytes == [127, 0, 0, 1] || $0.bytes.last == 1 })
        #expect(nothing == [])
    }
}
