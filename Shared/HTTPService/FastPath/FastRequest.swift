import Contracts
import HTTPTypes
import NIOCore
import Observability

/// A request of a fast route: let in, complete, and on its event loop. Passing it on costs one reference.
public final class FastRequest: Sendable {
    /// The whole body, not longer than the route allows.
    public let body: ByteBuffer
    public let requestID: RequestID
    public let deadline: Deadline
    /// When the head was there.
    public let started: ContinuousClock.Instant
    /// The loop that reads and writes the connection.
    public let eventLoop: any EventLoop
    private let head: RequestHead
    private let admission: Admission
    private let names: [String]
    private let parameters: PathParameters
    /// Keeps the body's bytes counted for as long as a route holds the request.
    private let share: BodyBudget.Share?
    private let turn: NIOLoopBound<LoopTurn>

    init(
        _ exchange: FastExchange, admission: Admission, body: ByteBuffer, share: BodyBudget.Share?, turn: NIOLoopBound<LoopTurn>,
        eventLoop: any EventLoop
    ) {
        self.body = body
        self.share = share
        self.turn = turn
        self.admission = admission
        self.eventLoop = eventLoop
        head = exchange.head
        requestID = exchange.requestID
        deadline = exchange.deadline
        started = exchange.started
        names = exchange.entry.names
        parameters = exchange.parameters
    }

    /// Does something once all that came in together with this request was read: on the event loop, before it waits for more.
    public func atEndOfTurn(_ work: @escaping () -> Void) { turn.value.atEnd(work) }

    public var caller: Caller { admission.caller }

    /// The method as it came.
    public var method: String { head.text(head.method) }

    /// The place in the trace: a child of the caller's, or the start of one that is named after the request. Read out anew each time.
    public var trace: TraceContext { head.trace(requestID) }

    /// A path parameter, percent-decoded once; empty when the pattern has none of that name.
    public func parameter(_ name: String) -> String {
        guard let index = names.firstIndex(of: name) else { return "" }
        let text = head.text(parameters[index])
        return text.utf8.contains(UInt8(ascii: "%")) ? PathRules.decoded(text) ?? "" : text
    }

    /// The value of a header; nil when it is absent.
    public func header(_ name: HTTPField.Name) -> String? {
        head.value(name.canonicalName)
    }

    /// The value of a header by its name in lower case; nil when it is absent.
    public func header(_ name: String) -> String? {
        head.value(name)
    }
}
