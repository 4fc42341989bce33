import CLibCurl
import Foundation

/// One request on its way: owned by the transport's thread from submission to completion.
///
/// `@unchecked Sendable`: after submission only the transport's thread touches it.
final class Transfer: @unchecked Sendable {
    let method: String
    let url: String
    let headers: [(String, String)]
    let body: [UInt8]
    let bodyFile: String?
    let timeoutMilliseconds: Int
    let socketPath: String?
    /// `HOST:PORT:TO-HOST:TO-PORT` of libcurl: where the connection is made to in place of the URL's host.
    let connectTo: String?
    let limit: Int
    let completion: @Sendable (Result<ClientResponse, ClientError>) -> Void

    var handle: OpaquePointer?
    private var stream: UnsafeMutablePointer<FILE>?
    var headerList: UnsafeMutablePointer<curl_slist>?
    private var connectList: UnsafeMutablePointer<curl_slist>?
    var received: [UInt8] = []
    var receivedHeaders: [String: String] = [:]
    var isTooLarge = false
    var isCancelled = false

    init(
        method: String, url: String, headers: [(String, String)], body: [UInt8], bodyFile: String? = nil, timeoutMilliseconds: Int,
        socketPath: String?, connectTo: String? = nil,
        limit: Int,
        completion: @escaping @Sendable (Result<ClientResponse, ClientError>) -> Void
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.bodyFile = bodyFile
        self.timeoutMilliseconds = timeoutMilliseconds
        self.socketPath = socketPath
        self.connectTo = connectTo
        self.limit = limit
        self.completion = completion
    }

    /// Sets the handle up. libcurl takes a copy of the body, and reads a file while it sends it.
    func prepare(_ handle: OpaquePointer) {
        self.handle = handle
        let easy = UnsafeMutableRawPointer(handle)
        mesh_curl_set_text(easy, CURLOPT_URL, url)
        mesh_curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        mesh_curl_set_text(easy, CURLOPT_PROXY, "")
        mesh_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        mesh_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        mesh_curl_set_long(easy, CURLOPT_TCP_NODELAY, 1)
        mesh_curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        mesh_curl_set_long(easy, CURLOPT_TIMEOUT_MS, timeoutMilliseconds)
        mesh_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, min(timeoutMilliseconds, 2_000))
        if let socketPath { mesh_curl_set_text(easy, CURLOPT_UNIX_SOCKET_PATH, socketPath) }
        if let connectTo {
            connectList = curl_slist_append(nil, connectTo)
            mesh_curl_set_pointer(easy, CURLOPT_CONNECT_TO, connectList)
        }
        if method == "HEAD" {
            mesh_curl_set_long(easy, CURLOPT_NOBODY, 1)
        } else {
            mesh_curl_set_text(easy, CURLOPT_CUSTOMREQUEST, method)
        }
        if let bodyFile {
            send(file: bodyFile, easy)
        } else if !body.isEmpty || method == "POST" || method == "PUT" {
            mesh_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            body.withUnsafeBytes { _ = mesh_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) }
            if body.isEmpty { mesh_curl_set_text(easy, CURLOPT_POSTFIELDS, "") }
        }
        for (name, value) in headers { headerList = curl_slist_append(headerList, value.isEmpty ? "\(name);" : "\(name): \(value)") }
        // No "Expect: 100-continue", which costs a round trip, and no form content type where none was given.
        headerList = curl_slist_append(headerList, "Expect:")
        if !headers.contains(where: { $0.0 == "content-type" }) { headerList = curl_slist_append(headerList, "Content-Type:") }
        mesh_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headerList)
        let context = Unmanaged.passUnretained(self).toOpaque()
        mesh_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        mesh_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        mesh_curl_set_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue().take(body: bytes!, size * count)
        }
        mesh_curl_set_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue().take(header: bytes!, size * count)
        }
    }

    /// libcurl reads the stream by itself. A file that cannot be read is sent as no bytes at all, and refused as such.
    private func send(file: String, _ easy: UnsafeMutableRawPointer) {
        stream = fopen(file, "re")
        var facts = stat()
        let size = stream.map { fstat(fileno($0), &facts) == 0 ? Int(facts.st_size) : 0 } ?? 0
        mesh_curl_set_long(easy, CURLOPT_POST, 1)
        mesh_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(size))
        if let stream { mesh_curl_set_pointer(easy, CURLOPT_READDATA, stream) }
        if size == 0 { mesh_curl_set_text(easy, CURLOPT_POSTFIELDS, "") }
    }

    private func take(body bytes: UnsafeMutablePointer<CChar>, _ count: Int) -> Int {
        if received.count + count > limit {
            isTooLarge = true
            return 0
        }
        bytes.withMemoryRebound(to: UInt8.self, capacity: count) {
            received.append(contentsOf: UnsafeBufferPointer(start: $0, count: count))
        }
        return count
    }

    private func take(header bytes: UnsafeMutablePointer<CChar>, _ count: Int) -> Int {
        let line = bytes.withMemoryRebound(to: UInt8.self, capacity: count) { UnsafeBufferPointer(start: $0, count: count) }
        if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
            receivedHeaders[name] = value.trimmingCharacters(in: .whitespacesAndNewlines)
        } else if line.starts(with: "HTTP/".utf8) {
            // A further head follows 100 Continue: only the last one counts.
            receivedHeaders = [:]
        }
        return count
    }

    func finish(_ code: CURLcode) {
        if let stream { fclose(stream) }
        stream = nil
        curl_slist_free_all(headerList)
        headerList = nil
        curl_slist_free_all(connectList)
        connectList = nil
        completion(result(code))
    }

    private func result(_ code: CURLcode) -> Result<ClientResponse, ClientError> {
        if isTooLarge { return .failure(ClientError(.tooLarge)) }
        guard let handle else { return .failure(ClientError(.cancelled)) }
        switch code {
        case CURLE_OK:
            var status = 0
            mesh_curl_get_long(UnsafeMutableRawPointer(handle), CURLINFO_RESPONSE_CODE, &status)
            return .success(ClientResponse(status: status, headers: receivedHeaders, body: received))
        case CURLE_OPERATION_TIMEDOUT: return .failure(ClientError(.timeout))
        default:
            let text = String(cString: curl_easy_strerror(code))
            return .failure(ClientError(.connection, detail: text))
        }
    }
}
