import NIOCore

/// One turn of an event loop: what all its connections brought at once. Lives on the loop.
///
/// Answers given within a turn go to their sockets together at its end, so that a client of many connections is woken once, and routes may
/// gather requests until then and work on them as one. Nobody waits for others to come: a turn ends when what has come in was read.
final class LoopTurn {
    /// An answer leaves this long after the first of its turn at the latest, whatever else is to be done.
    private static let patience = TimeAmount.microseconds(500)

    private let eventLoop: any EventLoop
    private var works: [() -> Void] = []
    /// Connections with answers that are written and not flushed.
    private var owing: [ConnectionHandler] = []
    private var firstOwed = NIODeadline.distantPast
    /// Requests that their routes have not answered by themselves.
    private var unanswered: [(connection: ConnectionHandler, exchange: FastExchange)] = []
    /// Whether the end is to come, or is under way.
    private var willEnd = false

    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// Does this at the end of the turn.
    func atEnd(_ work: @escaping () -> Void) {
        works.append(work)
        expectEnd()
    }

    /// Flushes a connection at the end of the turn.
    func owesFlush(_ connection: ConnectionHandler) {
        let now = NIODeadline.now()
        if owing.isEmpty { firstOwed = now }
        owing.append(connection)
        guard now - firstOwed < Self.patience else { return flush() }
        expectEnd()
    }

    /// Has the deadline of a request watched, if nobody has answered it by the end of the turn.
    func isWaiting(_ connection: ConnectionHandler, for exchange: FastExchange) {
        unanswered.append((connection, exchange))
        expectEnd()
    }

    private func expectEnd() {
        guard !willEnd else { return }
        willEnd = true
        // The loop runs its tasks once it has handed out all that was ready.
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute { bound.value.end() }
    }

    private func end() {
        let present = works
        works.removeAll(keepingCapacity: true)
        for work in present { work() }
        flush()
        let waiting = unanswered
        unanswered.removeAll(keepingCapacity: true)
        for (connection, exchange) in waiting { connection.watchDeadline(exchange) }
        willEnd = false
        // An answer lets the next request of its connection in, which may have been there already.
        if !works.isEmpty || !owing.isEmpty || !unanswered.isEmpty { expectEnd() }
    }

    private func flush() {
        let present = owing
        owing.removeAll(keepingCapacity: true)
        for connection in present { connection.context?.flush() }
    }
}
