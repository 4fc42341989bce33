import Contracts
import Foundation
import HTTPService
import NIOCore
import NIOHTTP1
import Observability
import Synchronization

/// Passes predictions on to inference over kept connections of the very event loop that the client's request came in on: no other thread
/// has a part in it.
///
/// It calls the internal gateway, which knows which instances are ready, and picks the one of the model.
final class InferenceClient: Sendable {
    private let address: SocketAddress
    private let host: String
    /// Of each event loop its own.
    private let links = Mutex<[ObjectIdentifier: NIOLoopBound<InferenceLinks>]>([:])

    /// - Parameter baseURL: as `http://127.0.0.1:8080`. Throws when it names no address.
    init(baseURL: String) throws {
        guard let url = URL(string: baseURL), let host = url.host else { throw InferenceFault.unreachable }
        address = try SocketAddress.makeAddressResolvingHost(host, port: url.port ?? 80)
        self.host = "\(host):\(url.port ?? 80)"
    }

    /// Sends a request of a client on; call it on the request's event loop. The completion is called there, once. When nobody waits any more,
    /// by the deadline or since the client hung up, the call is given up.
    func send(
        _ headers: HTTPHeaders, path: String, for request: FastRequest, _ responder: FastResponder,
        completion: @escaping (Result<InferenceAnswer, InferenceFault>) -> Void
    ) {
        var headers = headers
        headers.add(name: "host", value: host)
        headers.add(name: "content-length", value: String(request.body.readableBytes))
        headers.add(name: HeaderNames.deadline, value: String(max(1, request.deadline.remainingMilliseconds)))
        let call = InferenceCall(
            head: HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: headers), body: request.body,
            deadline: request.deadline, completion: completion)
        let bound = NIOLoopBound(call, eventLoop: request.eventLoop)
        let eventLoop = request.eventLoop
        // The connection of the client lives on the same loop, and so it is there that the call is given up.
        responder.onCancel {
            if eventLoop.inEventLoop { bound.value.cancel() } else { eventLoop.execute { bound.value.cancel() } }
        }
        links(of: eventLoop).send(call)
    }

    private func links(of eventLoop: any EventLoop) -> InferenceLinks {
        links.withLock { links in
            let key = ObjectIdentifier(eventLoop)
            if let present = links[key] { return present }
            let made = NIOLoopBound(InferenceLinks(address: address, eventLoop: eventLoop), eventLoop: eventLoop)
            links[key] = made
            return made
        }.value
    }
}
