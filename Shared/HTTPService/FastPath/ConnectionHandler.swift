import Contracts
import HTTPTypes
import Logging
import NIOCore
import NIOHTTPTypes
import Observability

/// Sits between the socket and Hummingbird on every connection.
///
/// It reads requests out of the bytes. Those of fast routes are answered here, on the event loop; all others go on in the types of
/// Hummingbird, and their answers come back as such. It keeps the order of pipelined requests across both ways, answers
/// `Expect: 100-continue`, ends connections whose request was answered before it was read, closes idle and stuck ones, and answers what is
/// no HTTP with JSON.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = ByteBuffer

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
        var encoder: ResponseEncoder
        var isRequestRead = false
        var isHeadWritten = false
        var closesAfterwards = false
    }

    /// Bytes of later requests above which nothing more is read while the present one is answered: pipelining cannot fill the memory.
    private static let mostAhead = 16 * 1_024

    /// What metrics and log call a request whose client did not wait for the answer; nobody else sees it.
    static let hungUp = 499

    let kernel: HTTPKernel
    let fast: FastIndex
    let turn: NIOLoopBound<LoopTurn>
    let times: ConnectionTimes
    var state = State.idle
    var parser = RequestParser()
    /// Bytes that are not taken yet.
    var input = ByteBuffer()
    /// The parser gave up: nothing of what comes in means anything any more.
    var isUnreadable = false
    var isTaking = false
    var isReadHeld = false
    /// The socket is being read, as far as there is something.
    var isReading = false
    /// Something was written while parts were taken and has to be flushed after.
    var owesFlush = false
    /// Whether the socket takes more.
    var isWritable = true
    /// The last answer is with the kernel.
    var isLastWritten = false
    /// The end waits for the client's for a moment.
    var isLingering = false
    /// Something was passed on that Hummingbird's side has to be told the end of.
    var owesReadComplete = false
    var isQuiescing = false
    var isInputClosed = false
    var context: ChannelHandlerContext?
    var lastActivity = NIODeadline.now()
    var pace = RequestPace()
    /// Bytes of answers that the socket had not taken when it was looked at last, and when that changed.
    var unread = 0
    var lastTaken = NIODeadline.now()
    var timer: RepeatedTask?
    var answers = AnswerWriter()
    var ids = RequestIDSource()
    var recent = RecentAdmission()

    init(kernel: HTTPKernel, fast: FastIndex, turn: NIOLoopBound<LoopTurn>, times: ConnectionTimes) {
        self.kernel = kernel
        self.fast = fast
        self.turn = turn
        self.times = times
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
        var bytes = unwrapInboundIn(data)
        isReading = false
        if case .closing = state { return }
        if isMidRequest { pace.add(bytes.readableBytes, after: .now() - lastActivity) }
        if input.readableBytes == 0 {
            input = bytes
        } else {
            input.writeBuffer(&bytes)
        }
        takeInput(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .closing = state { context.read() }
    }

    func read(context: ChannelHandlerContext) {
        if canTake || input.readableBytes < Self.mostAhead {
            // The wait for the rest of a request begins where it is asked for.
            if !isReading, isMidRequest { lastActivity = .now() }
            isReading = true
            context.read()
        } else {
            isReadHeld = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        context.fireChannelWritabilityChanged()
        if isWritable { takeInput(context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        nobodyWaits()
        switch state {
        case .waiting(let exchange), .collecting(let exchange):
            kernel.ended(exchange, status: Self.hungUp)
            exchange.forget()
        default: break
        }
        state = .closing
        input = ByteBuffer()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            isInputClosed = true
            inputEnded(context)
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
            if case .idle = state { end(lingering: false) }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .passing(var passing) = state else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head):
            if head.status.kind != .informational {
                passing.isHeadWritten = true
                if !passing.isRequestRead || isLeaving { passing.closesAfterwards = true }
            }
            let bytes = passing.encoder.head(head, closes: &passing.closesAfterwards)
            state = .passing(passing)
            context.write(wrapOutboundOut(bytes), promise: promise)
        case .body(let piece):
            guard let bytes = passing.encoder.body(piece) else {
                promise?.succeed()
                return
            }
            context.write(wrapOutboundOut(bytes), promise: promise)
        case .end:
            context.write(wrapOutboundOut(passing.encoder.end), promise: promise)
            lastActivity = .now()
            if passing.closesAfterwards || isQuiescing {
                end(lingering: !passing.isRequestRead)
            } else {
                context.flush()
                state = .idle
                takeInput(context)
            }
        }
    }

    /// Hummingbird is done with the connection: what was written before goes out first.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch state {
        case .idle where mode != .input: end(lingering: false)
        case .closing where mode != .input: break
        case .idle, .passing, .collecting, .waiting, .closing: return context.close(mode: mode, promise: promise)
        }
        context.channel.closeFuture.cascade(to: promise)
    }

    /// Whether connections are to end after their present answer.
    var isLeaving: Bool { isQuiescing || kernel.readiness.isDraining }

    /// Whether the present state has a use for what comes in.
    var canTake: Bool {
        guard !isUnreadable else { return false }
        return switch state {
        // A client that does not read its answers gets no more of them.
        case .idle: isWritable
        case .collecting: true
        case .passing(let passing): !passing.isRequestRead
        case .waiting, .closing: false
        }
    }
}
