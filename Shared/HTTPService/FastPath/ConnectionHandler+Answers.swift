import Contracts
import HTTPTypes
import Logging
import NIOCore
import Observability

extension ConnectionHandler {
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
        let closes = !isRequestRead || isLeaving || isInputClosed || exchange.head.asksToClose
        let isHead = exchange.entry.route.method == "HEAD"
        send(answers.write(answer, requestID: exchange.requestID, closes: closes, isHead: isHead), context)
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
        send(answers.write(FastAnswer(answer), requestID: facts.requestID, closes: true, isHead: false), context)
        kernel.metrics.began()
        kernel.ended(facts, route: nil, method: "OTHER", status: answer.status.code, subject: nil)
        end(lingering: true)
    }

    /// Ends the connection once the last answer is with the kernel. Lingering reads on for a moment: closing a socket with unread bytes would make the
    /// kernel throw away an answer that the client has not read yet.
    func end(lingering: Bool) {
        guard let context else { return }
        state = .closing
        input = ByteBuffer()
        // An answer larger than the socket's buffer is on its way for a while: nothing behind it says when it is gone.
        let isWritten = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        isWritten.futureResult.whenComplete { _ in bound.value.close(lingering: lingering) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: isWritten)
    }

    private func close(lingering: Bool) {
        guard let context else { return }
        isLastWritten = true
        guard lingering, !isInputClosed else { return context.close(promise: nil) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.close(mode: .output, promise: nil)
        context.eventLoop.scheduleTask(in: .seconds(2)) { bound.value.close(promise: nil) }
        context.read()
    }

    /// Tells the route at work that its client is gone. A route that answers nevertheless may do so until the deadline: the client may
    /// have closed its sending half only.
    func nobodyWaits() {
        if case .waiting(let exchange) = state { exchange.responder?.cancel() }
    }

    /// Ends the connection of a request whose client is gone and whose route has dropped it.
    func abandon(_ exchange: FastExchange) {
        guard case .waiting(let present) = state, present === exchange, isInputClosed else { return }
        exchange.release()
        kernel.ended(exchange, status: Self.hungUp)
        end(lingering: false)
    }
}
