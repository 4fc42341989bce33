import Foundation

/// Small calls to sockets of this machine that answer at once or not at all: readiness, metrics, HAProxy's and our own control sockets.
///
/// Unsafe: socket addresses are passed to the kernel as rebound memory, for the length of the call only.
enum LoopbackSocket {
    static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return address
    }

    /// nil when the path is too long for a socket.
    static func address(path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }

    static func withSocketAddress<Address, Result>(_ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result)
        -> Result
    {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Address>.size)) }
        }
    }

    /// A connected socket whose reads and writes give up after `seconds`; nil when nobody listens.
    static func connect(port: Int, seconds: Int) -> Int32? {
        var address = address(port: port)
        return connect(AF_INET, seconds) { descriptor in withSocketAddress(&address) { Glibc.connect(descriptor, $0, $1) } }
    }

    static func connect(path: String, seconds: Int) -> Int32? {
        guard var address = address(path: path) else { return nil }
        return connect(AF_UNIX, seconds) { descriptor in withSocketAddress(&address) { Glibc.connect(descriptor, $0, $1) } }
    }

    /// Sends some bytes, then reads to the end of the answer; nil on any failure.
    static func exchange(_ bytes: [UInt8], over descriptor: Int32, limit: Int = 64 << 20) -> [UInt8]? {
        guard send(bytes, over: descriptor) else { return nil }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while answer.count < limit {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return answer }
            answer += buffer[..<count]
        }
        return nil
    }

    /// Sends everything without raising SIGPIPE; false when the peer is gone.
    static func send(_ bytes: [UInt8], over descriptor: Int32) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let sent = bytes[offset...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if sent < 0, errno == EINTR { continue }
            guard sent > 0 else { return false }
            offset += sent
        }
        return true
    }

    private static func connect(_ family: Int32, _ seconds: Int, _ call: (Int32) -> Int32) -> Int32? {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard call(descriptor) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
