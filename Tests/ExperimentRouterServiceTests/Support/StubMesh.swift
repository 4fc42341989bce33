import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceTestSupport
import Spool
import TestSupport

/// What the peers behind the internal gateway saw, and how they are to answer.
struct PeersSeen: Sendable {
    struct Inference: Sendable {
        let version: Int
        let headers: [String: String]
        let body: [UInt8]
    }

    struct Move: Sendable {
        let change: AliasChange
        let authorization: String?
    }

    var inferences: [Inference] = []
    var moves: [Move] = []
    /// Statuses of the registry's next answers; 200 once they are used up.
    var refusals: [(status: Int, problem: Problem)] = []
    var outcomes: ExperimentOutcomes?
    var outcomeQueries: [String] = []
    var exposures: [ExposureRecord] = []
    /// Statuses that inference answers by version; 200 where there is none.
    var statuses: [Int: Int] = [:]
    /// Versions that do not answer before they are removed from here.
    var held: Set<Int> = []

    var shadows: [Inference] { inferences.filter { $0.headers[HeaderNames.role] == "shadow" } }
    var answered: [Inference] { inferences.filter { $0.headers[HeaderNames.role] == nil } }
}

/// A real HTTP server that plays identity, model-registry, monitor and inference.
struct StubMesh: Sendable {
    let seen = Recorder(PeersSeen())

    /// Runs the server on a port (0: any) until the body returns.
    func running<T: Sendable>(port: Int = 0, _ body: @Sendable @escaping (Int) async throws -> T) async throws -> T {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router(), configuration: .init(address: .hostname("127.0.0.1", port: port), reuseAddress: true),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) }, logger: Logger(label: "stub") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            defer { group.cancelAll() }
            var iterator = ports.makeAsyncIterator()
            return try await body(await iterator.next() ?? 0)
        }
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.post("/v1/identity/token") { _, _ in
            Self.json(
                .ok,
                TokenReply(
                    access_token: TestAuthority().service(.experimentRouter), token_type: "Bearer", expires_in: 300, scope: "service"))
        }
        router.put("/v1/registry/models/{model}/aliases/{alias}") { request, _ in try await move(request) }
        router.get("/v1/monitor/experiments/{experiment}/outcomes") { request, _ in
            seen.change { $0.outcomeQueries.append(request.uri.query ?? "") }
            guard let outcomes = seen.value.outcomes else { return Self.json(.notFound, Problem(.experimentUnknown)) }
            return Self.json(.ok, outcomes)
        }
        router.put("/v1/monitor/segments/{spool}/{segment}") { request, _ in
            let body = try await request.body.collect(upTo: 64 << 20)
            let lines = try SpoolSegment.lines(Array(body.readableBytesView))
            let exposures: [ExposureRecord] = try lines.filter { $0.kind == .exposure }.map { try $0.decode() }
            seen.change { $0.exposures += exposures }
            return Response(status: .noContent)
        }
        router.post("/v2/models/{model}/versions/{version}/infer") { request, context in try await infer(request, context) }
        return router
    }

    private func move(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        let change = try WireJSON.decode(AliasChange.self, from: Data(body.readableBytesView))
        let authorization = request.headers[.authorization]
        seen.change { $0.moves.append(.init(change: change, authorization: authorization)) }
        let refusal = seen.value.refusals.first
        seen.change { if !$0.refusals.isEmpty { $0.refusals.removeFirst() } }
        if let refusal { return Self.json(.init(code: refusal.status), refusal.problem) }
        let alias = ModelAlias(
            capability: "digits", alias: "champion", version: change.version, model: Digest(of: []), movedAt: .now, movedBy: "test")
        return Self.json(.ok, alias)
    }

    /// Sends the body back, with headers that the client is to see.
    private func infer(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let body = try await request.body.collect(upTo: 64 << 20)
        let version = context.parameters.get("version", as: Int.self) ?? 0
        let headers = Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }) { $1 }
        seen.change { $0.inferences.append(.init(version: version, headers: headers, body: Array(body.readableBytesView))) }
        while seen.value.held.contains(version) { try await Task.sleep(for: .milliseconds(5)) }
        let status = HTTPResponse.Status(code: seen.value.statuses[version] ?? 200)
        let answered: HTTPFields = [
            .contentType: "application/octet-stream", HTTPField.Name("inference-header-content-length")!: "\(version)",
        ]
        return Response(status: status, headers: answered, body: .init(byteBuffer: body))
    }

    private static func json(_ status: HTTPResponse.Status, _ value: some Encodable) -> Response {
        let data = (try? WireJSON.encode(value)) ?? Data()
        return Response(status: status, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
}
