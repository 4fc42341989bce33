import Contracts
import Foundation

/// Takes requests on a Unix socket: one line of JSON in, lines of JSON out.
final class ControlServer: Sendable {
    typealias Handler = @Sendable (ControlRequest, _ tell: @escaping @Sendable (ControlReply) -> Void) async -> Void

    private let descriptor: Int32
    private let handler: Handler

    /// Listens; a socket left by a supervisor that is gone is replaced.
    init(path: String, handler: @escaping Handler) throws {
        guard var address = LoopbackSocket.address(path: path) else {
            throw PrivateFile.Fault(description: "the path of the socket \(path) is too long")
        }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.handler = handler
        unlink(path)
        let former = umask(0o177)
        defer { umask(former) }
        let isBound = LoopbackSocket.withSocketAddress(&address) { [descriptor] in bind(descriptor, $0, $1) } == 0
        guard isBound, listen(descriptor, 64) == 0 else { throw PrivateFile.Fault.last("cannot listen on \(path)") }
    }

    /// Takes connections until the process ends, on a thread of its own since accepting blocks.
    func start() {
        Thread.detachNewThread { [descriptor, handler] in
            while true {
                let connection = accept(descriptor, nil, nil)
                if connection >= 0 {
                    Thread.detachNewThread { Self.serve(connection, handler) }
                } else if errno != EINTR {
                    // Out of descriptors, most likely: what is open now will close.
                    usleep(100_000)
                }
            }
        }
    }

    private static func serve(_ connection: Int32, _ handler: @escaping Handler) {
        guard let line = LineReader(descriptor: connection).next(),
            let request = try? WireJSON.decode(ControlRequest.self, from: Data(line))
        else {
            close(connection)
            return
        }
        Task {
            await handler(request) { reply in
                // A command that went away is no reason to stop what it asked for.
                if let line = try? WireJSON.encode(reply) { _ = LoopbackSocket.send(Array(line) + [UInt8(ascii: "\n")], over: connection) }
            }
            close(connection)
        }
    }
}
