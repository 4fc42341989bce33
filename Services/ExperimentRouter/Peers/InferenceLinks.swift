import NIOCore
import NIOHTTP1
import NIOPosix

/// The kept connections of one event loop to inference, touched on that loop alone.
final class InferenceLinks {
    /// Less than any peer keeps an idle connection, so that a request seldom meets one that is being closed.
    private static let longestIdle = TimeAmount.seconds(20)
    /// Connections that a loop keeps when nothing is to do.
    private static let mostIdle = 64
    private static let connectTimeout = TimeAmount.seconds(1)

    private let address: SocketAddress
    private let eventLoop: any EventLoop
    private var idle: [InferenceConnection] = []

    init(address: SocketAddress, eventLoop: any EventLoop) {
        self.address = address
        self.eventLoop = eventLoop
    }

    /// Sends a call over a kept connection, or over one that is made for it.
    func send(_ call: InferenceCall) {
        let oldest = NIODeadline.now() - Self.longestIdle
        while let connection = idle.popLast() {
            if connection.isUsable, connection.idleSince > oldest { return connection.send(call) }
            connection.close()
        }
        call.mayRepeat = false
        connect(call)
    }

    func keep(_ connection: InferenceConnection) {
        if idle.count < Self.mostIdle { idle.append(connection) } else { connection.close() }
    }

    func forget(_ connection: InferenceConnection) {
        idle.removeAll { $0 === connection }
    }

    /// A connection ended under a call. One that was kept from before may have been closed by the peer just when the request left: such a
    /// request, of which nothing was answered, is sent once more over a new connection.
    func broken(_ call: InferenceCall) {
        guard call.isOpen else { return }
        guard call.mayRepeat, !call.isAnswered else { return call.end(.failure(.unreachable)) }
        call.mayRepeat = false
        connect(call)
    }

    private func connect(_ call: InferenceCall) {
        let bound = NIOLoopBound((self, call), eventLoop: eventLoop)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(Self.connectTimeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let (links, _) = bound.value
                    // The headers were validated when the request came in.
                    try channel.pipeline.syncOperations.addHTTPClientHandlers(
                        leftOverBytesStrategy: .dropBytes, enableOutboundHeaderValidation: false, encoderConfiguration: .init(),
                        withClientUpgrade: nil)
                    try channel.pipeline.syncOperations.addHandler(InferenceConnection(links))
                }
            }
        bootstrap.connect(to: address).hop(to: eventLoop).whenComplete { result in
            let (_, call) = bound.value
            switch result {
            case .success(let channel):
                guard call.isOpen, let connection = try? channel.pipeline.syncOperations.handler(type: InferenceConnection.self) else {
                    return channel.close(promise: nil)
                }
                connection.send(call)
            case .failure: call.end(.failure(.unreachable))
            }
        }
    }
}
