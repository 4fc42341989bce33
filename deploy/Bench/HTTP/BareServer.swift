import NIOCore
import NIOHTTP1
import NIOPosix

/// The least that a server of swift-nio can be: its codec and one handler.
enum BareServer {
    /// Serves until the process is ended; says the port when it listens.
    static func run(_ listening: (Int) -> Void) async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false)
                    try channel.pipeline.syncOperations.addHandler(BareHandler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        listening(channel.localAddress?.port ?? 0)
        try await channel.closeFuture.get()
    }
}

/// Collects a body and answers always the same.
private final class BareHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private var body = ByteBuffer()
    private let headers: HTTPHeaders = [
        "content-type": "application/json", "content-length": String(HTTPServerCommand.answer.count),
    ]

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: body.clear()
        case .body(var piece): body.writeBuffer(&piece)
        case .end:
            context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers))), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: HTTPServerCommand.answer)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
