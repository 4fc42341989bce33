import CLibPQ
import Foundation
import Synchronization

/// The one thread that waits for all connections of the process (epoll).
///
/// `@unchecked Sendable`: the watched connections are behind a mutex, the descriptor never changes.
final class EventThread: @unchecked Sendable {
    static let shared = EventThread()

    /// Something with a socket.
    protocol Watched: AnyObject, Sendable {
        func socketIsReadable()
        func socketIsWritable()
    }

    private let epoll: Int32
    /// Strong references: a connection that is only borrowed by tasks must not go away under them.
    private let watched = Mutex<[Int32: any Watched]>([:])

    private init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        precondition(epoll >= 0, "the kernel gives no epoll descriptor")
        let thread = Thread { [self] in run() }
        thread.name = "postgres"
        thread.start()
    }

    /// Watches a socket through a descriptor of our own, which is returned; nil when the process has no descriptor left.
    ///
    /// libpq closes its descriptor as soon as a connection breaks, and another connection may have the number before we hear of it:
    /// forgetting by libpq's number would forget that other one.
    func watch(_ socket: Int32, _ owner: any Watched) -> Int32? {
        let own = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { return nil }
        watched.withLock { $0[own] = owner }
        control(EPOLL_CTL_ADD, own, writable: false)
        return own
    }

    /// Asks to be told when the socket takes more bytes, or not any more.
    func setWritable(_ descriptor: Int32, _ wanted: Bool) {
        control(EPOLL_CTL_MOD, descriptor, writable: wanted)
    }

    /// Ends the watching, and closes the descriptor that ``watch(_:_:)`` gave.
    func forget(_ descriptor: Int32) {
        control(EPOLL_CTL_DEL, descriptor, writable: false)
        watched.withLock { $0[descriptor] = nil }
        close(descriptor)
    }

    private func control(_ operation: Int32, _ socket: Int32, writable: Bool) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | (writable ? EPOLLOUT.rawValue : 0)
        event.data.fd = socket
        epoll_ctl(epoll, operation, socket, &event)
    }

    private func run() {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while true {
            let count = epoll_wait(epoll, &events, Int32(events.count), -1)
            guard count > 0 else { continue }
            for event in events.prefix(Int(count)) {
                guard let owner = watched.withLock({ $0[event.data.fd] }) else { continue }
                if event.events & (EPOLLIN.rawValue | EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { owner.socketIsReadable() }
                if event.events & EPOLLOUT.rawValue != 0 { owner.socketIsWritable() }
            }
        }
    }
}
