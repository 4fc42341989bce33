import Contracts
import Dispatch
import HTTPService
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Observability
import ServiceTestSupport
import Synchronization

/// What the fast routes of the service under test were told.
final class FastLog: Sendable {
    private let state = Mutex((cancelled: 0, handled: 0))
    private let latch = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))
    var cancelled: Int { state.withLock { $0.cancelled } }
    var handled: Int { state.withLock { $0.handled } }
    private let gathered = Mutex<[ObjectIdentifier: [FastResponder]]>([:])
    private let gate = DispatchSemaphore(value: 0)

    /// Answers with how many requests of the same event loop came in together.
    func gather(_ request: FastRequest, _ responder: FastResponder) {
        let loop = ObjectIdentifier(request.eventLoop)
        gathered.withLock { $0[loop, default: []].append(responder) }
        request.atEndOfTurn { [self] in
            let all = gathered.withLock { $0.removeValue(forKey: loop) ?? [] }
            for responder in all { responder.respond(bytes: Array("\(all.count)".utf8)) }
        }
    }

    /// Holds up the event loop that calls until the test goes on.
    func blockLoop() { gate.wait() }
    func unblockLoop() { gate.signal() }

    func noteCancelled() { state.withLock { $0.cancelled += 1 } }
    func noteHandled() { state.withLock { $0.handled += 1 } }

    /// Waits until the test lets the held requests go.
    func released() async {
        await withCheckedContinuation { continuation in
            latch.withLock { latch in
                if latch.isOpen { continuation.resume() } else { latch.waiting.append(continuation) }
            }
        }
    }

    func release() {
        latch.withLock { latch in
            latch.isOpen = true
            for continuation in latch.waiting { continuation.resume() }
            latch.waiting = []
        }
    }
}

/// A service with fast routes whose behaviour the model's name selects, and a route of Hummingbird beside them.
func makeFastService(
    log: FastLog = FastLog(), settings: HTTPSettings = TestAuthority().settings(), metrics: PrometheusRegistry = PrometheusRegistry()
) -> MeshService {
    let infer: @Sendable (FastRequest, FastResponder) -> Void = { request, responder in
        log.noteHandled()
        responder.onCancel { [weak responder, isDropped = request.parameter("model") == "drop"] in
            log.noteCancelled()
            if isDropped { responder?.abandon() }
        }
        switch request.parameter("model") {
        case "later":
            Task {
                try? await Task.sleep(for: .milliseconds(100))
                responder.respond(body: request.body)
            }
        case "held":
            Task {
                await log.released()
                responder.respond(body: request.body)
            }
        case "never", "drop": break
        case "gather": log.gather(request, responder)
        case "large": responder.respond(bytes: [UInt8](repeating: 7, count: 12 << 20))
        case "medium": responder.respond(bytes: [UInt8](repeating: 7, count: 200 << 10))
        case "loop": responder.respond(bytes: Array("\(ObjectIdentifier(request.eventLoop).hashValue)".utf8))
        case "block":
            log.blockLoop()
            responder.respond(bytes: [])
        case "twice":
            responder.respond(bytes: Array("first".utf8))
            responder.respond(bytes: Array("second".utf8))
            Task { responder.fail(Problem(.internalError)) }
        case "broken": responder.fail(Unexpected())
        case "name": responder.respond(bytes: Array("\(request.parameter("model"))/\(request.parameter("version"))".utf8))
        default: responder.respond(headers: [.contentType: "application/octet-stream"], body: request.body)
        }
    }
    return makeService(
        name: .experimentRouter, settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metrics: metrics,
        fastRoutes: [
            FastRoute("POST", "/v2/models/{model}/infer", handle: infer),
            FastRoute("POST", "/v2/models/{model}/versions/{version}/infer", handle: infer),
            FastRoute("POST", "/v1/router/experiments", handle: infer),
        ]
    ) { router in
        router.get("/v1/router/experiments") { _, _ in
            try await Task.sleep(for: .milliseconds(20))
            return Reply(["listed": true])
        }
        router.get("/v1/router/experiments/{experiment}") { _, _ in
            log.noteHandled()
            await log.released()
            return Reply(["held": true])
        }
        router.post("/v1/router/experiments/{experiment}/stages") { request, context in
            log.noteHandled()
            let bytes = try await request.bytes(context: context).readableBytes
            if context.parameters.get("experiment") == "large" {
                return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: [UInt8](repeating: 7, count: 12 << 20))))
            }
            return try Reply(["bytes": bytes]).response(from: request, context: context)
        }
    }
}
