import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server that counts its connections and ends them when it is told to.
final class RawPeer: Sendable {
    /// What becomes of a request.
    enum Manner: Sendable {
        case answer
        /// Answers, and closes the connection right after, without having said so.
        case answerAndClose
        /// Closes instead of an answer.
        case close
        /// Begins an answer and closes.
        case breakOff
        /// Says nothing.
        case silence
    }

    struct Seen: Sendable {
        var connections = 0
        var requests = 0
        var closed = 0
        var manner = Manner.answer
    }

    let seen = Mutex(Seen())
    var count: Seen { seen.withLock { $0 } }

    func will(_ manner: Manner) { seen.withLock { $0.manner = manner } }

    /// Listens until the body returns.
    func running<T: Sendable>(_ body: (Int) async throws -> T) async throws -> T {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(RawPeerHandler(self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result<T, any Error>
        do { result = .success(try await body(channel.localAddress?.port ?? 0)) } catch { result = .failure(error) }
        try await channel.close()
        return try result.get()
    }
}

private final class RawPeerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let peer: RawPeer
    private var body = ByteBuffer()

    init(_ peer: RawPeer) { self.peer = peer }

    func channelActive(context: ChannelHandlerContext) { peer.seen.withLock { $0.connections += 1 } }

    func channelInactive(context: ChannelHandlerContext) { peer.seen.withLock { $0.closed += 1 } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: body.clear()
        case .body(var piece): body.writeBuffer(&piece)
        case .end: answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        let manner = peer.seen.withLock { seen in
            seen.requests += 1
            return seen.manner
        }
        if case .silence = manner { return }
        if case .close = manner { return context.close(promise: nil) }
        let length = body.readableBytes + (manner == .breakOff ? 10 : 0)
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-length": String(length)])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        if manner == .breakOff { return context.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if manner == .answerAndClose { context.close(promise: nil) }
    }
}
