import Contracts
import NIOCore
import Observability

extension ConnectionHandler {
    /// Longer than any client of ours keeps an idle connection, so that it is the client who closes it.
    private static let idleTimeout = TimeAmount.seconds(150)
    /// Silence in the middle of a request.
    private static let stuckTimeout = TimeAmount.seconds(60)
    private static let interval = TimeAmount.seconds(10)

    func startTimer(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { _ in bound.value.checkTime() }
    }

    private func checkTime() {
        let silence = NIODeadline.now() - lastActivity
        switch state {
        case .idle where silence > (input.readableBytes > 0 ? Self.stuckTimeout : Self.idleTimeout): end(lingering: false)
        case .collecting(let exchange) where silence > Self.stuckTimeout || exchange.deadline.isOver || exchange.isLate:
            fail(exchange, Problem(.deadlineExceeded, "The body did not arrive in time"))
        case .passing(let passing) where !passing.isRequestRead && silence > Self.stuckTimeout: end(lingering: false)
        case .closing where silence > Self.idleTimeout: context?.close(promise: nil)
        default: break
        }
    }
}
