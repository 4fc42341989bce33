import Contracts
import HTTPTypes
import Logging
import NIOCore
import Observability

extension ConnectionHandler {
    /// Most answers are there before.
    private static let beforeProbe = TimeAmount.milliseconds(100)

    /// Writes the answer of a fast request. A late answer, after the deadline or a hang-up, is dropped.
    func complete(_ exchange: FastExchange, _ answer: FastAnswer) {
        let isRequestRead: Bool
        switch state {
        case .waiting(let present) where present === exchange: isRequestRead = true
        case .collecting(let present) where present === exchange: isRequestRead = false
        default: return
        }
        exchange.release()
        guard let context else { return }
        let isLast = isInputClosed && input.readableBytes == 0
        let closes = !isRequestRead || isLeaving || isLast || exchange.head.asksToClose
        send(answers.write(answer, requestID: exchange.requestID, closes: closes), context)
        kernel.ended(exchange, status: answer.status.code)
        guard !closes else { return end(lingering: !isRequestRead) }
        state = .idle
        if !isTaking {
            lastActivity = .now()
            takeInput(context)
        }
    }

    /// Hands an answer to the socket; those of one turn of the event loop are flushed together.
    private func send(_ answer: (first: ByteBuffer, rest: ByteBuffer?), _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(answer.first), promise: nil)
        if let rest = answer.rest { context.write(wrapOutboundOut(rest), promise: nil) }
        if isTaking { owesFlush = true } else { turn.value.owesFlush(self) }
    }

    /// Answers a fast request with an error in the route's style.
    func fail(_ exchange: FastExchange, _ error: any Error) {
        var logger = kernel.logger
        logger[.requestID] = "\(exchange.requestID)"
        let trace = exchange.head.trace(exchange.requestID)
        let problem = TraceContext.$current.withValue(trace) { ErrorTranslation.problem(error, logger: logger) }
        complete(exchange, FastAnswer(ProblemAnswer(problem, style: exchange.entry.route.errors, requestID: exchange.requestID)))
    }

    /// Answers what never became a request, and ends the connection.
    func refuse(_ problem: Problem) {
        guard let context else { return }
        let facts = RequestFacts(HTTPRequest(method: .get, scheme: nil, authority: nil, path: nil), limits: kernel.deadlines)
        let answer = ProblemAnswer(problem, style: .problem, requestID: facts.requestID)
        send(answers.write(FastAnswer(answer), requestID: facts.requestID, closes: true), context)
        kernel.metrics.began()
        kernel.ended(facts, route: nil, method: "OTHER", status: answer.status.code, subject: nil)
        end(lingering: true)
    }

    /// Ends the connection once the last answer is with the kernel. Lingering reads on for a moment: closing a socket with unread bytes would make the
    /// kernel throw away an answer that the client has not read yet.
    func end(lingering: Bool) {
        guard let context else { return }
        state = .closing
        isLingering = lingering || input.readableBytes > 0
        input = ByteBuffer()
        // An answer larger than the socket's buffer is on its way for a while: nothing behind it says when it is gone.
        let isWritten = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        isWritten.futureResult.whenComplete { _ in bound.value.closeWritten() }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: isWritten)
        // While it is on its way, more may come in.
        if !isLastWritten { isLingering = true }
    }

    private func closeWritten() {
        guard let context else { return }
        isLastWritten = true
        guard isLingering, !isInputClosed else { return context.close(promise: nil) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.close(mode: .output, promise: nil)
        context.eventLoop.scheduleTask(in: .seconds(2)) { bound.value.close(promise: nil) }
        context.read()
    }

    /// Tells the route at work that its client is gone.
    func nobodyWaits() {
        if case .waiting(let exchange) = state { exchange.responder?.cancel() }
    }

    /// Finds out whether a client that sends nothing more still reads: one that hung up looks the same until something is sent to it, and
    /// then its system says so. An interim answer is no answer, and may come at any time.
    func probe(_ exchange: FastExchange, _ context: ChannelHandlerContext) {
        guard !exchange.isProbed, !exchange.head.isVersion10 else { return }
        exchange.isProbed = true
        let bound = NIOLoopBound((self, exchange), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.beforeProbe) {
            let (connection, exchange) = bound.value
            guard case .waiting(let present) = connection.state, present === exchange, let context = connection.context else { return }
            connection.sendContinue(context)
        }
    }
}
