import Foundation

/// One TCP connection of a test's client. Blocking calls run on a queue of their own, away from the threads that serve.
public final class ProbeConnection: Sendable {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "probe")
    /// Bytes read and not yet used; touched on the queue only.
    private let buffer = ProbeBuffer()

    /// Connects to a port of this machine. `timeout` bounds every later wait for bytes.
    public init(port: Int, timeout: Duration = .seconds(20)) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var wait = timeval(tv_sec: Int(timeout.components.seconds), tv_usec: Int(timeout.components.attoseconds / 1_000_000_000_000))
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        // The descriptor is closed by deinit, which runs after this as well.
        guard status == 0 else { throw ProbeError.connect(errno) }
    }

    deinit { Glibc.close(descriptor) }

    /// Sends bytes; false when the server does not take them any more.
    @discardableResult
    public func write(_ bytes: [UInt8]) async -> Bool {
        await onQueue { [descriptor] in
            var rest = bytes[...]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard sent > 0 else { return false }
                rest = rest.dropFirst(sent)
            }
            return true
        }
    }

    @discardableResult
    public func write(_ text: String) async -> Bool { await write(Array(text.utf8)) }

    /// Ends the sending half.
    public func finishWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Hangs up at once.
    public func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// The next answer, interim ones (100) included. `toHead` says that the answer to a HEAD request has no body.
    public func answer(toHead: Bool = false) async throws -> ProbeAnswer {
        let result: Result<ProbeAnswer, ProbeError> = await onQueue { [descriptor, buffer] in
            while true {
                do throws(ProbeError) {
                    if let answer = try ProbeParser.answer(in: &buffer.bytes, isClosed: buffer.isClosed, toHead: toHead) {
                        return .success(answer)
                    }
                    guard !buffer.isClosed else { return .failure(.closed) }
                    try buffer.fill(from: descriptor)
                } catch {
                    return .failure(error)
                }
            }
        }
        return try result.get()
    }

    /// Whether the server ends the connection, with nothing more to say.
    public func isClosedByServer() async -> Bool {
        await onQueue { [descriptor, buffer] in
            while !buffer.isClosed {
                do throws(ProbeError) { try buffer.fill(from: descriptor) } catch { return false }
            }
            return buffer.bytes.isEmpty
        }
    }

    private func onQueue<T: Sendable>(_ work: @escaping @Sendable () -> T) async -> T {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }
}

/// Bytes of one connection. Unchecked because only the connection's serial queue touches it.
private final class ProbeBuffer: @unchecked Sendable {
    var bytes: [UInt8] = []
    var isClosed = false

    func fill(from descriptor: Int32) throws(ProbeError) {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count > 0 {
            bytes += chunk.prefix(count)
        } else if count < 0, errno == EAGAIN || errno == EWOULDBLOCK {
            throw .timeout
        } else {
            isClosed = true
        }
    }
}
