import Contracts
import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Observability

extension ConnectionHandler {
    /// Bytes of a refused body that are read so that the connection can be kept.
    private static let mostDiscarded = 256 * 1_024

    /// Takes what came in, as far as the present state allows. An answer given inside it goes on with the next request here.
    func takeInput(_ context: ChannelHandlerContext) {
        guard !isTaking else { return }
        isTaking = true
        lastActivity = .now()
        while canTake, let part = nextPart() { take(part, context) }
        isTaking = false
        // Lets the room go, so that it is read into again.
        if input.readableBytes == 0 { input = ByteBuffer() }
        if owesFlush {
            owesFlush = false
            turn.value.owesFlush(self)
        }
        if owesReadComplete {
            owesReadComplete = false
            context.fireChannelReadComplete()
        }
        if isReadHeld, canTake {
            isReadHeld = false
            isReading = true
            context.read()
        }
        if isInputClosed { inputEnded(context) }
    }

    /// The next part of what came in; nil when it is not all there, or when it is none.
    private func nextPart() -> RequestParser.Part? {
        do throws(RequestFault) {
            return try parser.next(&input)
        } catch {
            unreadable(error.problem)
            return nil
        }
    }

    /// What came in is no HTTP: says so if that can still be said.
    func unreadable(_ problem: Problem) {
        isUnreadable = true
        input = ByteBuffer()
        switch state {
        case .idle: refuse(problem)
        case .collecting(let exchange): fail(exchange, problem)
        case .passing(let passing) where !passing.isHeadWritten && !passing.isRequestRead: refuse(problem)
        case .passing(var passing):
            passing.closesAfterwards = true
            state = .passing(passing)
        case .waiting, .closing: break
        }
    }

    /// The client sends nothing more: what is complete is answered, what is not never will be.
    func inputEnded(_ context: ChannelHandlerContext) {
        switch state {
        case .idle where input.readableBytes == 0: end(lingering: false)
        // All that is complete was taken.
        case .idle where isWritable: unreadable(RequestFault.malformed.problem)
        case .collecting: unreadable(Problem(.malformed, "The body ended before it was complete"))
        case .passing(let passing) where !passing.isRequestRead:
            unreadable(RequestFault.malformed.problem)
            // A route that answers already may wait for the rest. Otherwise this is not Hummingbird's: it would close the connection.
            if passing.isHeadWritten { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        case .waiting(let exchange): probe(exchange, context)
        case .closing where isLastWritten: context.close(promise: nil)
        default: break
        }
    }

    private func take(_ part: RequestParser.Part, _ context: ChannelHandlerContext) {
        switch (state, part) {
        case (.idle, .head(var head)):
            // Before anybody looks at the target, so that both ways see the same.
            if let base = kernel.basePath { head.leave(base) }
            begin(head, context)
        case (.passing, .body(let piece)): pass(.body(piece), context)
        case (.passing(var passing), .end):
            passing.isRequestRead = true
            state = .passing(passing)
            pass(.end(nil), context)
        case (.collecting(let exchange), .body(var buffer)):
            exchange.append(&buffer)
            if exchange.discarded > Self.mostDiscarded, let refusal = exchange.refusal { fail(exchange, refusal) }
        case (.collecting(let exchange), .end): dispatch(exchange, context)
        default: break
        }
    }

    private func pass(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        owesReadComplete = true
        context.fireChannelRead(wrapInboundOut(part))
    }

    private func begin(_ head: RequestHead, _ context: ChannelHandlerContext) {
        guard let (entry, parameters) = fast.match(head) else { return beginPassing(head, context) }
        let id = head.known.requestID.flatMap { RequestID(head.text($0)) } ?? ids.next()
        let exchange = FastExchange(head: head, entry: entry, parameters: parameters, requestID: id, limits: kernel.deadlines)
        entry.metrics.began()
        pace = RequestPace()
        state = .collecting(exchange)
        admit(exchange)
        if let refusal = exchange.refusal {
            // A long body is not waited for just to keep the connection.
            if head.known.expectsContinue || head.known.contentLength ?? 0 > Self.mostDiscarded { fail(exchange, refusal) }
        } else if head.known.expectsContinue {
            sendContinue(context)
        }
    }

    /// Hands a request to Hummingbird.
    private func beginPassing(_ head: RequestHead, _ context: ChannelHandlerContext) {
        guard let request = head.request else { return unreadable(RequestFault.malformed.problem) }
        pace = RequestPace()
        state = .passing(Passing(encoder: ResponseEncoder(head), closesAfterwards: head.asksToClose))
        if head.known.expectsContinue, isWelcome(request, announced: head.known.contentLength) { sendContinue(context) }
        pass(.head(request), context)
    }

    /// Finds out who calls, before the body is read.
    private func admit(_ exchange: FastExchange) {
        if let fault = exchange.head.pathFault {
            exchange.refusal = fault
            return
        }
        do throws(Problem) {
            exchange.admission = try recent.admit(exchange.head, to: exchange.entry, kernel: kernel)
            exchange.share = kernel.bodies.share()
        } catch {
            exchange.refusal = error
        }
    }

    /// Whether a request that asks before it sends its body should go on.
    private func isWelcome(_ request: HTTPRequest, announced: Int?) -> Bool {
        guard let route = try? kernel.route(method: request.method.rawValue, target: request.path ?? "") else { return false }
        let values = request.headerFields[values: .authorization]
        return (try? kernel.admit(announced: announced, authorizations: values, to: route)) != nil
    }

    func sendContinue(_ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }

    /// Hands a complete request to its route.
    private func dispatch(_ exchange: FastExchange, _ context: ChannelHandlerContext) {
        state = .waiting(exchange)
        // Not before the body is there: who sends one slowly keeps nobody else out.
        if exchange.refusal == nil {
            do throws(Problem) { exchange.place = try kernel.place() } catch { exchange.refusal = error }
        }
        guard exchange.refusal == nil, let admission = exchange.admission else {
            return fail(exchange, exchange.refusal ?? Problem(.unauthenticated))
        }
        let responder = FastResponder(connection: self, exchange: exchange, eventLoop: context.eventLoop)
        exchange.responder = responder
        let request = FastRequest(
            exchange, admission: admission, body: exchange.body ?? ByteBuffer(), share: exchange.share, turn: turn,
            eventLoop: context.eventLoop)
        exchange.body = nil
        exchange.share = nil
        exchange.entry.handle(request, responder)
        if case .waiting(let present) = state, present === exchange { turn.value.isWaiting(self, for: exchange) }
    }

    /// Answers 504 when the time is up before the route did. Most answers are there already.
    func watchDeadline(_ exchange: FastExchange) {
        guard case .waiting(let present) = state, present === exchange, let context else { return }
        let bound = NIOLoopBound((self, exchange), eventLoop: context.eventLoop)
        let left = TimeAmount.nanoseconds(exchange.deadline.remaining.nanoseconds)
        exchange.deadlineTask = context.eventLoop.scheduleTask(in: left) {
            let (connection, exchange) = bound.value
            let responder = exchange.responder
            connection.fail(exchange, Problem(.deadlineExceeded))
            responder?.cancel()
        }
    }
}
