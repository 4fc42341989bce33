import Contracts
import HTTPTypes
import NIOCore
import Synchronization

/// Answers one fast request: from any thread, the first answer counts, later ones are dropped.
public final class FastResponder: Sendable {
    private enum Cancellation: Sendable {
        case none
        case waiting(@Sendable () -> Void)
        case cancelled
    }

    private let eventLoop: any EventLoop
    private let connection: NIOLoopBound<ConnectionHandler>
    private let exchange: NIOLoopBound<FastExchange>
    private let answered = Atomic(false)
    private let cancellation = Mutex(Cancellation.none)

    init(connection: ConnectionHandler, exchange: FastExchange, eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.connection = NIOLoopBound(connection, eventLoop: eventLoop)
        self.exchange = NIOLoopBound(exchange, eventLoop: eventLoop)
    }

    /// Whether nobody waits any more: the client hung up, or the deadline passed.
    public var isCancelled: Bool {
        cancellation.withLock { if case .cancelled = $0 { true } else { false } }
    }

    /// Calls back once when nobody waits any more; at once when that is so already. One callback only.
    public func onCancel(_ callback: @escaping @Sendable () -> Void) {
        let isCancelled = cancellation.withLock { state in
            if case .cancelled = state { return true }
            state = .waiting(callback)
            return false
        }
        if isCancelled { callback() }
    }

    /// Sends the answer. Content-Length, request id and date are added.
    public func respond(status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], body: ByteBuffer) {
        send(FastAnswer(status: status, lines: HeaderLines(headers), body: .buffer(body)))
    }

    /// Sends the answer with a body of bytes.
    public func respond(status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], bytes: [UInt8]) {
        send(FastAnswer(status: status, lines: HeaderLines(headers), body: .bytes(bytes)))
    }

    /// Sends the answer with header lines that were made before: the cheap way.
    public func respond(status: HTTPResponse.Status = .ok, lines: HeaderLines, body: ByteBuffer) {
        send(FastAnswer(status: status, lines: lines, body: .buffer(body)))
    }

    /// Sends the answer with header lines that were made before and a body of bytes: the cheap way.
    public func respond(status: HTTPResponse.Status = .ok, lines: HeaderLines, bytes: [UInt8]) {
        send(FastAnswer(status: status, lines: lines, body: .bytes(bytes)))
    }

    /// Answers with an error in the route's style.
    public func fail(_ error: any Error) {
        guard answered.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else { return }
        onLoop { connection, exchange in connection.fail(exchange, error) }
    }

    /// Says that no answer will come, for a route that has dropped the request since nobody waits for it.
    public func abandon() {
        answered.store(true, ordering: .releasing)
    }

    private func send(_ answer: FastAnswer) {
        guard answered.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else { return }
        onLoop { connection, exchange in connection.complete(exchange, answer) }
    }

    private func onLoop(_ work: @escaping @Sendable (ConnectionHandler, FastExchange) -> Void) {
        if eventLoop.inEventLoop {
            work(connection.value, exchange.value)
        } else {
            eventLoop.execute { [connection, exchange] in work(connection.value, exchange.value) }
        }
    }

    /// Nobody waits any more.
    func cancel() {
        let callback = cancellation.withLock { state -> (@Sendable () -> Void)? in
            defer { state = .cancelled }
            if case .waiting(let callback) = state { return callback }
            return nil
        }
        callback?()
    }
}
