import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceTestSupport
import Spool
import TestSupport

/// A real HTTP server that plays identity and monitor, and keeps the predictions it gets. As the monitor does, it counts a segment once:
/// one that was taken while its sender stopped is sent again.
struct StubMonitor: Sendable {
    let predictions = Recorder<[PredictionRecord]>([])
    private let segments = Recorder<Set<String>>([])

    func running<T: Sendable>(_ body: @Sendable @escaping (Int) async throws -> T) async throws -> T {
        let router = Router()
        router.post("/v1/identity/token") { _, _ in
            let reply = TokenReply(
                access_token: TestAuthority().service(.inference), token_type: "Bearer", expires_in: 300, scope: "service")
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: try WireJSON.encode(reply))))
        }
        router.put("/v1/monitor/segments/{spool}/{segment}") { request, _ in
            let body = try await request.body.collect(upTo: 64 << 20)
            let records: [PredictionRecord] = try SpoolSegment.lines(Array(body.readableBytesView)).filter { $0.kind == .prediction }.map {
                try $0.decode()
            }
            segments.change { segments in
                guard segments.insert(request.uri.path).inserted else { return }
                predictions.change { $0 += records }
            }
            return Response(status: .noContent)
        }
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) }, logger: Logger(label: "stub") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            defer { group.cancelAll() }
            var iterator = ports.makeAsyncIterator()
            return try await body(await iterator.next() ?? 0)
        }
    }
}
