import CLibCurl
import Foundation
import Synchronization

/// The one thread that carries all requests of the process, on libcurl's multi interface. Connections are kept and used again.
public final class Transport: Sendable {
    /// The transport of this process.
    public static let shared = Transport()

    private struct Inbox {
        var starts: [Transfer] = []
        var cancels: [Transfer] = []
    }

    /// The multi handle; `curl_multi_wakeup` is the one call that other threads make on it.
    private struct Multi: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private let inbox = Mutex(Inbox())
    private let multi: Multi

    private init() {
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl gives no multi handle") }
        self.multi = Multi(pointer: OpaquePointer(multi))
        mesh_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 256)
        let thread = Thread { [self] in run() }
        thread.name = "mesh-client"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Sends a request. The completion is called once, on the transport's thread, and must not block.
    func submit(_ transfer: Transfer) {
        inbox.withLock { $0.starts.append(transfer) }
        curl_multi_wakeup(UnsafeMutableRawPointer(multi.pointer))
    }

    /// Ends a request whose answer nobody wants any more; its connection is closed.
    func cancel(_ transfer: Transfer) {
        inbox.withLock { $0.cancels.append(transfer) }
        curl_multi_wakeup(UnsafeMutableRawPointer(multi.pointer))
    }

    private func run() {
        let handle = UnsafeMutableRawPointer(multi.pointer)
        var running: [OpaquePointer: Transfer] = [:]
        var idle: [OpaquePointer] = []
        while true {
            let work = inbox.withLock { inbox in
                defer { inbox = Inbox() }
                return inbox
            }
            for transfer in work.starts { start(transfer, handle, &running, &idle) }
            for transfer in work.cancels { stop(transfer, handle, &running, &idle) }
            var active: Int32 = 0
            curl_multi_perform(handle, &active)
            collect(handle, &running, &idle)
            let isQuiet = inbox.withLock { $0.starts.isEmpty && $0.cancels.isEmpty }
            if isQuiet { curl_multi_poll(handle, nil, 0, 60_000, nil) }
        }
    }

    /// Sets a request going. One that libcurl does not take fails at once: nothing would ever be heard of it.
    func start(
        _ transfer: Transfer, _ multi: UnsafeMutableRawPointer, _ running: inout [OpaquePointer: Transfer], _ idle: inout [OpaquePointer]
    ) {
        guard let handle = idle.popLast() ?? curl_easy_init().map({ OpaquePointer($0) }) else {
            transfer.completion(.failure(ClientError(.connection, detail: "libcurl gives no handle")))
            return
        }
        transfer.prepare(handle)
        guard curl_multi_add_handle(multi, UnsafeMutableRawPointer(handle)) == CURLM_OK else {
            transfer.finish(CURLE_FAILED_INIT)
            transfer.handle = nil
            curl_easy_cleanup(UnsafeMutableRawPointer(handle))
            return
        }
        running[handle] = transfer
    }

    private func stop(
        _ transfer: Transfer, _ multi: UnsafeMutableRawPointer, _ running: inout [OpaquePointer: Transfer], _ idle: inout [OpaquePointer]
    ) {
        guard let handle = transfer.handle, running[handle] === transfer else { return }
        running[handle] = nil
        release(handle, multi, &idle)
        transfer.handle = nil
        transfer.finish(CURLE_ABORTED_BY_CALLBACK)
    }

    private func collect(
        _ multi: UnsafeMutableRawPointer, _ running: inout [OpaquePointer: Transfer], _ idle: inout [OpaquePointer]
    ) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let code = message.pointee.data.result
            let handle = OpaquePointer(easy)
            guard let transfer = running.removeValue(forKey: handle) else { continue }
            curl_multi_remove_handle(multi, easy)
            transfer.finish(code)
            curl_easy_reset(easy)
            idle.append(handle)
        }
    }

    private func release(_ handle: OpaquePointer, _ multi: UnsafeMutableRawPointer, _ idle: inout [OpaquePointer]) {
        let easy = UnsafeMutableRawPointer(handle)
        curl_multi_remove_handle(multi, easy)
        curl_easy_reset(easy)
        idle.append(handle)
    }
}
