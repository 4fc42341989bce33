import Contracts
import NIOCore
import Observability

extension ConnectionHandler {
    func startTimer(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: times.interval, delay: times.interval) { _ in bound.value.checkTime() }
    }

    private func checkTime() {
        let now = NIODeadline.now()
        guard let context, !isStuckWriting(context, now) else { return }
        if isMidRequest {
            checkPace(waiting: isReading ? now - lastActivity : .zero)
        } else if case .idle = state, unread == 0, now - max(lastActivity, lastTaken) > times.idle {
            end(lingering: false)
        }
    }

    /// Ends a connection whose client takes nothing of what was written to it.
    private func isStuckWriting(_ context: ChannelHandlerContext, _ now: NIODeadline) -> Bool {
        let pending = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        if pending != unread { (unread, lastTaken) = (pending, now) }
        guard unread > 0, now - lastTaken > times.writing else { return false }
        context.close(promise: nil)
        return true
    }

    private func checkPace(waiting: TimeAmount) {
        switch state {
        case .idle where pace.isTooSlow(waiting: waiting, slowest: times.slowest, times): end(lingering: false)
        case .collecting(let exchange)
        where exchange.deadline.isOver || pace.isTooSlow(waiting: waiting, slowest: times.slowest, times):
            unreadable(Problem(.deadlineExceeded, "The body did not arrive in time"))
        case .passing(let passing) where pace.isTooSlow(waiting: waiting, slowest: times.slowestStream, times):
            guard !passing.isHeadWritten else { return end(lingering: false) }
            unreadable(Problem(.deadlineExceeded, "The body did not arrive in time"))
        default: break
        }
    }

    /// Whether the rest of a request is waited for.
    var isMidRequest: Bool {
        switch state {
        case .idle: isWritable && input.readableBytes > 0
        case .collecting: true
        case .passing(let passing): !passing.isRequestRead
        case .waiting, .closing: false
        }
    }
}
