import Contracts
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import Observability

/// Sits between the HTTP codec and Hummingbird on every connection.
///
/// Requests of fast routes are answered here, on the event loop; all others fall through. It keeps the order of pipelined requests
/// across both ways, answers `Expect: 100-continue`, ends connections whose request was answered before it was read, closes idle and
/// stuck ones, and answers what is no HTTP with JSON.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    enum State {
        /// Between requests.
        case idle
        /// Hummingbird has the request.
        case passing(Passing)
        /// The body of a fast request is coming in.
        case collecting(FastExchange)
        /// A fast route works on its answer.
        case waiting(FastExchange)
        /// The last answer is out; what still comes in is thrown away.
        case closing
    }

    struct Passing {
        var isRequestRead = false
        var isHeadWritten = false
        var closesAfterwards = false
    }

    let kernel: HTTPKernel
    let fast: FastIndex
    var state = State.idle
    /// Parts of later requests that wait for the present one.
    var pending = CircularBuffer<HTTPRequestPart>()
    var isTaking = false
    var isReadHeld = false
    var isQuiescing = false
    var isInputClosed = false
    var context: ChannelHandlerContext?
    var lastActivity = NIODeadline.now()
    var timer: RepeatedTask?
    var dates = DateStamp()

    init(kernel: HTTPKernel, fast: FastIndex) {
        self.kernel = kernel
        self.fast = fast
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        startTimer(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastActivity = .now()
        let part = unwrapInboundIn(data)
        if isTaking || !pending.isEmpty {
            pending.append(part)
        } else if !taking({ take(part, context) }) {
            pending.append(part)
        }
        takePending(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if case .closing = state { context.read() }
    }

    /// Nothing more is read while a later request waits for the present one: pipelining cannot fill the memory.
    func read(context: ChannelHandlerContext) {
        if pending.isEmpty {
            context.read()
        } else {
            isReadHeld = true
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        nobodyWaits()
        state = .closing
        pending.removeAll()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            isInputClosed = true
            nobodyWaits()
            if case .closing = state { context.close(promise: nil) }
            context.fireUserInboundEventTriggered(event)
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
            // Hummingbird's handler knows of its own requests only: a fast one must not be cut off.
            switch state {
            case .collecting, .waiting: break
            default: context.fireUserInboundEventTriggered(event)
            }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What is no fault of the socket is one of the request: the parser's, or that of the codec behind it.
        if error is IOError || error is ChannelError { return context.fireErrorCaught(error) }
        let problem =
            switch error {
            case HTTPParserError.headerOverflow: Problem(.malformed, "The header fields are too long")
            default: Problem(.malformed, "The bytes are no HTTP/1.1 request")
            }
        switch state {
        case .idle: refuse(problem)
        case .collecting(let exchange): fail(exchange, problem)
        case .waiting: isQuiescing = true
        case .passing(let passing) where !passing.isHeadWritten && !passing.isRequestRead: refuse(problem)
        case .passing(var passing):
            passing.closesAfterwards = true
            state = .passing(passing)
        case .closing: break
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .passing(var passing) = state else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.kind != .informational:
            passing.isHeadWritten = true
            if !passing.isRequestRead || isLeaving { passing.closesAfterwards = true }
            if passing.closesAfterwards { head.headerFields[.connection] = "close" }
            state = .passing(passing)
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end(let trailers):
            context.write(wrapOutboundOut(.end(trailers)), promise: promise)
            lastActivity = .now()
            if passing.closesAfterwards {
                end(lingering: !passing.isRequestRead)
            } else {
                state = .idle
                takePending(context)
            }
        default: context.write(data, promise: promise)
        }
    }

    /// Whether connections are to end after their present answer.
    var isLeaving: Bool { isQuiescing || kernel.readiness.isDraining }
}
