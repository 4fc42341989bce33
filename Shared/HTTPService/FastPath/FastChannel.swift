import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes

/// A connection of the server: our own handler at the socket, Hummingbird's loop behind it.
struct FastChannel: HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// One read takes a large body in pieces of this at most.
    private static let mostReadBytes = 256 * 1_024

    let responder: Responder
    let kernel: HTTPKernel
    let fast: FastIndex
    private let turns = LoopTurns()

    init(responder: @escaping Responder, kernel: HTTPKernel, fast: FastIndex) {
        self.responder = responder
        self.kernel = kernel
        self.fast = fast
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.syncOptions?.setOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 2_048, initial: 4_096, maximum: Self.mostReadBytes))
            try channel.pipeline.syncOperations.addHandler(
                ConnectionHandler(kernel: kernel, fast: fast, turn: turns.turn(of: channel.eventLoop), times: kernel.times))
            let value = try Value(wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
            // A connection that comes while the server stops is handed to nobody, and NIO traps when its writer is let go while it is open.
            channel.closeFuture.whenComplete { _ in withExtendedLifetime(value) {} }
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await handleHTTP(asyncChannel: value, logger: logger)
    }
}
