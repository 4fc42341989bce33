import Contracts
import Foundation

/// Asks the supervisor for something.
struct ControlClient: Sendable {
    let layout: MeshLayout

    /// The supervisor's last answer; progress goes to `tell`. Throws when no supervisor answers or it refuses.
    @discardableResult
    func ask(_ request: ControlRequest, tell: @escaping @Sendable (String) -> Void = { _ in }) async throws -> ControlReply {
        let reply = await offload { exchange(request, tell) }
        guard let reply else { throw CommandFault("The supervisor does not answer; is the mesh up? (mesh up)") }
        if let fault = reply.fault { throw CommandFault(fault) }
        return reply
    }

    /// Whether a supervisor lives.
    var isSupervised: Bool { FileLock.isHeld(layout.supervisorLock) }

    private func exchange(_ request: ControlRequest, _ tell: (String) -> Void) -> ControlReply? {
        // Scaling and restarting may take minutes; a dead supervisor closes the connection.
        guard let connection = LoopbackSocket.connect(path: layout.controlSocket, seconds: 600) else { return nil }
        defer { close(connection) }
        guard let line = try? WireJSON.encode(request), LoopbackSocket.send(Array(line) + [UInt8(ascii: "\n")], over: connection) else {
            return nil
        }
        let reader = LineReader(descriptor: connection)
        while let line = reader.next(), let reply = try? WireJSON.decode(ControlReply.self, from: Data(line)) {
            if let progress = reply.progress { tell(progress) }
            if reply.isDone { return reply }
        }
        return nil
    }
}
