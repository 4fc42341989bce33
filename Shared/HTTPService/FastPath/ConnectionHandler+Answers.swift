import Contracts
import HTTPTypes
import Logging
import NIOCore
import NIOHTTPTypes
import Observability

extension ConnectionHandler {
    /// Writes the answer of a fast request in one flush. A late answer, after the deadline or a hang-up, is dropped.
    func complete(_ exchange: FastExchange, _ answer: FastAnswer) {
        let isRequestRead: Bool
        switch state {
        case .waiting(let present) where present === exchange: isRequestRead = true
        case .collecting(let present) where present === exchange: isRequestRead = false
        default: return
        }
        exchange.deadlineTask?.cancel()
        exchange.place = nil
        (exchange.body, exchange.share) = (nil, nil)
        guard let context else { return }
        let closes = !isRequestRead || isLeaving || isInputClosed || exchange.head.asksToClose
        var headers = answer.headers
        headers[.contentLength] = String(answer.body.readableBytes)
        headers[.requestID] = exchange.facts.requestID.description
        headers[.contentTypeOptions] = "nosniff"
        headers[.date] = dates.now()
        if closes { headers[.connection] = "close" }
        context.write(wrapOutboundOut(.head(HTTPResponse(status: answer.status, headerFields: headers))), promise: nil)
        if answer.body.readableBytes > 0, exchange.head.method != .head { context.write(wrapOutboundOut(.body(answer.body)), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        lastActivity = .now()
        kernel.ended(
            exchange.facts, route: exchange.entry.route, method: exchange.head.method.rawValue, status: answer.status.code,
            subject: exchange.caller?.subject)
        guard !closes else { return end(lingering: !isRequestRead) }
        state = .idle
        takePending(context)
    }

    /// Answers a fast request with an error in the route's style.
    func fail(_ exchange: FastExchange, _ error: any Error) {
        var logger = kernel.logger
        logger[.requestID] = "\(exchange.facts.requestID)"
        let problem = TraceContext.$current.withValue(exchange.facts.trace) { ErrorTranslation.problem(error, logger: logger) }
        let answer = ProblemAnswer(problem, style: exchange.entry.route.errors, requestID: exchange.facts.requestID)
        complete(exchange, FastAnswer(status: answer.status, headers: answer.headers, body: ByteBuffer(bytes: answer.body)))
    }

    /// Answers what never became a request, and ends the connection.
    func refuse(_ problem: Problem) {
        guard let context else { return }
        let facts = RequestFacts(HTTPRequest(method: .get, scheme: nil, authority: nil, path: nil), limits: kernel.deadlines)
        var answer = ProblemAnswer(problem, style: .problem, requestID: facts.requestID)
        answer.headers[.requestID] = facts.requestID.description
        answer.headers[.date] = dates.now()
        answer.headers[.connection] = "close"
        context.write(wrapOutboundOut(.head(HTTPResponse(status: answer.status, headerFields: answer.headers))), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: answer.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        kernel.metrics.began()
        kernel.ended(facts, route: nil, method: "OTHER", status: answer.status.code, subject: nil)
        end(lingering: true)
    }

    /// Ends the connection after the last answer. Lingering reads on for a moment: closing a socket with unread bytes would make the
    /// kernel throw away an answer that the client has not read yet.
    func end(lingering: Bool) {
        guard let context else { return }
        state = .closing
        pending.removeAll()
        context.flush()
        guard lingering, !isInputClosed else { return context.close(promise: nil) }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.close(mode: .output, promise: nil)
        context.eventLoop.scheduleTask(in: .seconds(2)) { bound.value.close(promise: nil) }
        context.read()
    }

    /// Tells the route at work that its client is gone.
    func nobodyWaits() {
        switch state {
        case .waiting(let exchange), .collecting(let exchange):
            exchange.deadlineTask?.cancel()
            exchange.responder?.cancel()
        default: break
        }
    }
}
