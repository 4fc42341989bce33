import NIOCore
import NIOHTTP1

/// A kept connection to inference: one call at a time.
final class InferenceConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let links: InferenceLinks
    private var context: ChannelHandlerContext?
    private var call: InferenceCall?
    private var isKept = false
    private(set) var idleSince = NIODeadline.now()

    init(_ links: InferenceLinks) {
        self.links = links
    }

    /// Whether a call can be sent over it.
    var isUsable: Bool { context?.channel.isActive == true && call == nil }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Sends a call's request in one flush.
    func send(_ call: InferenceCall) {
        guard let context else { return call.end(.failure(.unreachable)) }
        self.call = call
        call.connection = self
        context.write(wrapOutboundOut(.head(call.head)), promise: nil)
        if call.body.readableBytes > 0 { context.write(wrapOutboundOut(.body(.byteBuffer(call.body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func close() { context?.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let call else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            isKept = head.isKeepAlive
            call.begin(head)
        case .body(var piece):
            if !call.append(&piece) { fail(.unreadable, context) }
        case .end:
            self.call = nil
            idleSince = .now()
            if isKept { links.keep(self) } else { context.close(promise: nil) }
            call.finish()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        links.forget(self)
        guard let call else { return }
        self.call = nil
        links.broken(call)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError { fail(.unreadable, context) } else { context.close(promise: nil) }
    }

    private func fail(_ fault: InferenceFault, _ context: ChannelHandlerContext) {
        let failed = call
        call = nil
        failed?.end(.failure(fault))
        context.close(promise: nil)
    }
}
