import Contracts
import Cryptography
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Observability
import Postgres

/// Gives a POST with an Idempotency-Key one effect: a repetition gets the first answer, a different body 422, a duplicate under way
/// waits a little and then gets 409.
struct IdempotencyMiddleware: RouterMiddleware {
    typealias Context = ServiceContext

    /// How long a duplicate waits for the first attempt.
    private static let patience = Duration.seconds(5)

    /// Bodies of routes that take more are never held as a whole; what such routes make is named by the digest of its bytes, so that doing it
    /// twice makes one thing.
    private static let longestBody = 64 << 20

    let store: IdempotencyStore
    /// The service's part of the key under which answers are kept.
    let secret: [UInt8]

    func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post, let key = request.headers[.idempotencyKey], let route = context.route,
            route.bodyLimit <= Self.longestBody
        else {
            return try await next(request, context)
        }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw FieldFault(HeaderNames.idempotencyKey, expected: "1 to 255 printable ASCII characters")
        }
        let body = try await request.bytes(context: context)
        var replayable = request
        replayable.body = RequestBody(buffer: body)
        switch try await claim(key, of: request, body: body, route: route, context: context) {
        case .claimed(let claim):
            var context = context
            context.idempotency = claim
            return try await carryOut(claim, context) { try await next(replayable, context) }
        case .done(let reply): return reply.response()
        case .mismatch: throw Problem(.idempotencyMismatch, "The Idempotency-Key was used with another body")
        case .underWay: throw Problem(.conflict, "The same request is being carried out", retryAfter: 1)
        case .unreadable: throw Problem(.conflict, "The request was carried out, and its answer cannot be given again")
        }
    }

    private func claim(
        _ key: String, of request: Request, body: ByteBuffer, route: Route, context: ServiceContext
    ) async throws -> IdempotencyStore.Finding {
        let caller = context.caller?.subject ?? ""
        let fingerprint = hexadecimal(SHA256.digest(Array((request.head.path ?? "").utf8) + [0] + Array(body.readableBytesView)))
        let seal = ReplySeal(
            secret: secret, caller: caller, route: route.pattern, idempotencyKey: key, body: body.readableBytesView)
        let end = Deadline.after(min(Self.patience, context.deadline.remaining))
        var pause = Duration.milliseconds(20)
        while true {
            let finding = try await store.claim(
                caller: caller, route: route.pattern, key: hexadecimal(SHA256.digest(key)), fingerprint: fingerprint, seal: seal,
                for: context.deadline.remaining)
            guard case .underWay = finding, !end.isOver else { return finding }
            try await Task.sleep(for: min(pause, end.remaining))
            pause = min(pause * 2, .milliseconds(500))
        }
    }

    private func carryOut(_ claim: IdempotencyClaim, _ context: ServiceContext, _ work: () async throws -> Response) async throws
        -> Response
    {
        do {
            var response = try await work()
            guard response.status.kind == .successful else {
                try await claim.release()
                return response
            }
            let bytes = try await CollectedBody.bytes(of: response.body)
            response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            try await claim.keep(StoredReply(status: response.status, headers: response.headers, body: bytes))
            return response
        } catch {
            // Also when the task was cancelled; a claim that cannot be given back runs out by itself.
            await Task { try? await claim.release() }.value
            throw error
        }
    }
}

/// Collects the bytes of a response body.
private final class CollectedBody: ResponseBodyWriter {
    private var collected: [UInt8] = []

    static func bytes(of body: ResponseBody) async throws -> [UInt8] {
        let sink = CollectedBody()
        try await body.write(sink)
        return sink.collected
    }

    func write(_ buffer: ByteBuffer) async throws {
        collected += buffer.readableBytesView
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

extension ServiceContext {
    /// Keeps the answer in the transaction of the work itself, when the request came with an Idempotency-Key. Without this the answer
    /// is kept right after the work: a crash in between would let a repetition do the work again.
    public func remember<Value>(_ reply: Reply<Value>, on connection: Connection) async throws {
        guard let idempotency else { return }
        try await idempotency.keep(try reply.stored(), on: connection)
    }
}
