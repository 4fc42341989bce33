import CLibCurl
import Synchronization
import Testing

@testable import MeshClient

@Suite("Transport")
struct TransportTests {
    @Test("a request that libcurl does not take fails at once, and its caller does not wait for ever")
    func refused() throws {
        let multi = try #require(curl_multi_init())
        defer { curl_multi_cleanup(multi) }
        // A handle that is at work already is refused.
        let busy = try #require(curl_easy_init())
        #expect(curl_multi_add_handle(multi, busy) == CURLM_OK)
        let outcome = Mutex<ClientError?>(nil)
        let transfer = Transfer(
            method: "GET", url: "http://127.0.0.1:1/", headers: [], body: [], timeoutMilliseconds: 1_000, socketPath: nil, limit: 1_000
        ) { result in
            if case .failure(let error) = result { outcome.withLock { $0 = error } }
        }
        var running: [OpaquePointer: Transfer] = [:]
        var idle = [OpaquePointer(busy)]

        Transport.shared.start(transfer, multi, &running, &idle)

        #expect(outcome.withLock { $0?.kind } == .connection)
        #expect(running.isEmpty && idle.isEmpty)
    }
}
