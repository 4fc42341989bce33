import Contracts
import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Observability

extension ConnectionHandler {
    /// Bytes of a refused body that are read so that the connection can be kept.
    private static let mostDiscarded = 256 * 1_024

    /// Runs a step that takes a part, and notes that one is running: an answer given inside it must not take the next part itself.
    func taking<Value>(_ step: () -> Value) -> Value {
        isTaking = true
        defer { isTaking = false }
        return step()
    }

    /// Takes what waited, as far as the present state allows.
    func takePending(_ context: ChannelHandlerContext) {
        guard !isTaking, !pending.isEmpty else { return }
        while let part = pending.popFirst() {
            if taking({ take(part, context) }) { continue }
            pending.prepend(part)
            break
        }
        // Hummingbird's side hands on what it was given when it hears that a round of reading is complete.
        context.fireChannelReadComplete()
        if isReadHeld, pending.isEmpty {
            isReadHeld = false
            context.read()
        }
    }

    /// Takes one part in; false when it has to wait until the present request is answered.
    func take(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) -> Bool {
        switch (state, part) {
        case (.idle, .head(let head)): begin(head, context)
        case (.idle, _), (.closing, _): break
        case (.passing(let passing), .body) where !passing.isRequestRead:
            context.fireChannelRead(wrapInboundOut(part))
        case (.passing(var passing), .end) where !passing.isRequestRead:
            passing.isRequestRead = true
            state = .passing(passing)
            context.fireChannelRead(wrapInboundOut(part))
        case (.collecting(let exchange), .body(var buffer)):
            exchange.append(&buffer)
            if exchange.discarded > Self.mostDiscarded, let refusal = exchange.refusal { fail(exchange, refusal) }
        case (.collecting(let exchange), .end): dispatch(exchange, context)
        default: return false
        }
        return true
    }

    private func begin(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        let expectsContinue = head.headerFields[.expect]?.lowercased() == "100-continue"
        guard let (entry, parameters) = fast.match(method: head.method.rawValue, target: head.path ?? "") else {
            state = .passing(Passing(closesAfterwards: head.asksToClose))
            if expectsContinue, isWelcome(head) { sendContinue(context) }
            context.fireChannelRead(wrapInboundOut(.head(head)))
            return
        }
        let exchange = FastExchange(
            head: head, entry: entry, parameters: parameters, facts: RequestFacts(head, limits: kernel.deadlines))
        kernel.metrics.began()
        state = .collecting(exchange)
        admit(exchange)
        if let refusal = exchange.refusal {
            // A long body is not waited for just to keep the connection.
            let announced = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
            if expectsContinue || announced > Self.mostDiscarded { fail(exchange, refusal) }
        } else if expectsContinue {
            sendContinue(context)
        }
    }

    /// Finds out who calls, before the body is read.
    private func admit(_ exchange: FastExchange) {
        if let fault = PathRules.fault(exchange.head.path ?? "") {
            exchange.refusal = fault
            return
        }
        do throws(Problem) {
            exchange.caller = try kernel.admit(exchange.head, to: exchange.entry.route)
            exchange.place = try kernel.place(for: exchange.entry.route)
            exchange.share = kernel.bodies.share()
        } catch {
            exchange.refusal = error
        }
    }

    /// Whether a request that asks before it sends its body should go on.
    private func isWelcome(_ head: HTTPRequest) -> Bool {
        guard let route = try? kernel.route(head) else { return false }
        return (try? kernel.admit(head, to: route)) != nil
    }

    private func sendContinue(_ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    /// Hands a complete request to its route.
    private func dispatch(_ exchange: FastExchange, _ context: ChannelHandlerContext) {
        state = .waiting(exchange)
        let names = exchange.entry.names
        let values = exchange.parameters.compactMap { PathRules.decoded($0) }
        guard exchange.refusal == nil, let caller = exchange.caller, values.count == names.count else {
            return fail(exchange, exchange.refusal ?? Problem(.unauthenticated))
        }
        let responder = FastResponder(connection: self, exchange: exchange, eventLoop: context.eventLoop)
        exchange.responder = responder
        let request = FastRequest(
            head: exchange.head, body: exchange.body ?? ByteBuffer(), caller: caller, requestID: exchange.facts.requestID,
            deadline: exchange.facts.deadline, trace: exchange.facts.trace, eventLoop: context.eventLoop,
            parameters: Array(zip(names, values)).map { (name: $0.0, value: $0.1) }, share: exchange.share)
        exchange.body = nil
        exchange.share = nil
        exchange.entry.handle(request, responder)
        watchDeadline(exchange, context)
    }

    /// Answers 504 when the time is up before the route did. Most answers are there already.
    private func watchDeadline(_ exchange: FastExchange, _ context: ChannelHandlerContext) {
        guard case .waiting(let present) = state, present === exchange else { return }
        let bound = NIOLoopBound((self, exchange), eventLoop: context.eventLoop)
        let left = TimeAmount.nanoseconds(exchange.facts.deadline.remaining.nanoseconds)
        exchange.deadlineTask = context.eventLoop.scheduleTask(in: left) {
            let (connection, exchange) = bound.value
            exchange.responder?.cancel()
            connection.fail(exchange, Problem(.deadlineExceeded))
        }
    }
}

extension HTTPRequest {
    /// Whether the client wants the connection to end after the answer.
    var asksToClose: Bool {
        guard let connection = headerFields[.connection] else { return false }
        return connection.split(separator: ",").contains { $0.lowercased().filter { $0 != " " } == "close" }
    }
}
