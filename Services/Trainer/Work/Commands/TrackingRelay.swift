import CNamespaces
import Foundation
import Synchronization

/// A way out of a sandbox that leads to the tracking server alone: a port on the loopback address of the program's own network, whose
/// connections are carried to one address outside.
///
/// Unsafe: socket addresses are passed to the kernel as rebound memory, for the length of the call only.
final class TrackingRelay: Sendable {
    static let port = 5_000
    private static let mostConnections = 64

    private let listener: Int32
    private let host: String
    private let target: Int
    private let open = Atomic(0)

    /// Listens in the network of a process. Nil where it cannot be entered.
    init?(in process: pid_t, to host: String, port target: Int) async {
        self.host = host
        self.target = target
        // Entering a network changes one thread for good: it must be none of anybody else's.
        let descriptor = try? await ComputeThread.run("network") { Self.listen(in: process) }
        guard let descriptor, descriptor >= 0 else { return nil }
        listener = descriptor
    }

    /// Accepts connections until ``stop()``.
    func start() {
        let thread = Thread { [self] in
            while true {
                let inside = accept(listener, nil, nil)
                if inside < 0, errno == EINTR { continue }
                guard inside >= 0 else { return }
                serve(inside)
            }
        }
        thread.name = "relay"
        thread.start()
    }

    /// Ends the listening; connections end with the program.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ inside: Int32) {
        let count = open.add(1, ordering: .relaxed).newValue
        guard count <= Self.mostConnections, let outside = Self.connect(host, target) else {
            open.subtract(1, ordering: .relaxed)
            close(inside)
            return
        }
        let thread = Thread { [self] in
            let answers = Thread { Self.copy(outside, inside) }
            answers.start()
            Self.copy(inside, outside)
            while !answers.isFinished { usleep(1_000) }
            close(inside)
            close(outside)
            open.subtract(1, ordering: .relaxed)
        }
        thread.start()
    }

    private static func copy(_ from: Int32, _ to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0, send(buffer[..<count], to) else { break }
        }
        shutdown(to, Int32(SHUT_WR))
    }

    private static func send(_ bytes: ArraySlice<UInt8>, _ descriptor: Int32) -> Bool {
        var left = bytes
        while !left.isEmpty {
            let sent = left.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if sent < 0, errno == EINTR { continue }
            guard sent > 0 else { return false }
            left = left.dropFirst(sent)
        }
        return true
    }

    /// A listening socket in the network of another process, whose loopback interface it brings up; negative on failure.
    private static func listen(in process: pid_t) -> Int32 {
        let network = Glibc.open("/proc/\(process)/ns/net", O_RDONLY | O_CLOEXEC)
        guard network >= 0 else { return -1 }
        defer { close(network) }
        guard mesh_enter_network(network) == 0 else { return -1 }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return -1 }
        raiseLoopback(descriptor)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard bound == 0, Glibc.listen(descriptor, 64) == 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }

    private static func raiseLoopback(_ descriptor: Int32) {
        var request = ifreq()
        withUnsafeMutableBytes(of: &request.ifr_ifrn) { $0.copyBytes(from: Array("lo".utf8)) }
        request.ifr_ifru.ifru_flags = Int16(IFF_UP | IFF_RUNNING)
        _ = ioctl(descriptor, UInt(SIOCSIFFLAGS), &request)
    }

    private static func connect(_ host: String, _ port: Int) -> Int32? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let first = found else { return nil }
        defer { freeaddrinfo(found) }
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let entry = next {
            let descriptor = socket(entry.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            if descriptor >= 0, Glibc.connect(descriptor, entry.pointee.ai_addr, entry.pointee.ai_addrlen) == 0 { return descriptor }
            if descriptor >= 0 { close(descriptor) }
            next = entry.pointee.ai_next
        }
        return nil
    }
}
