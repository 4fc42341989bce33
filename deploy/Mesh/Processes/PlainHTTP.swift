import Foundation

/// One request to a server of this machine, past the gateway: readiness and metrics.
enum PlainHTTP {
    struct Answer: Sendable {
        let status: Int
        let body: String
        /// What the answer sets, as `name=value`.
        var cookies: [String] = []

        var isSuccess: Bool { (200..<300).contains(status) }
    }

    /// The answer of a service past the gateway, as for readiness and metrics; nil when there is none within two seconds. Blocks.
    static func get(port: Int, path: String) -> Answer? {
        send("GET", port: port, path: path, seconds: 2)
    }

    /// The answer; nil when nobody listens or the time is over. Blocks.
    static func send(_ method: String, port: Int, path: String, headers: [String: String] = [:], body: [UInt8] = [], seconds: Int)
        -> Answer?
    {
        guard let descriptor = LoopbackSocket.connect(port: port, seconds: seconds) else { return nil }
        defer { close(descriptor) }
        // HTTP/1.0: no chunks, and the end of the connection is the end of the body.
        var lines = ["\(method) \(path) HTTP/1.0", "Host: localhost:\(port)", "Connection: close"]
        if !body.isEmpty || method != "GET" { lines.append("Content-Length: \(body.count)") }
        lines += headers.map { "\($0.key): \($0.value)" }
        let head = lines.joined(separator: "\r\n") + "\r\n\r\n"
        return LoopbackSocket.exchange(Array(head.utf8) + body, over: descriptor).flatMap { parse(String(decoding: $0, as: UTF8.self)) }
    }

    static func parse(_ text: String) -> Answer? {
        let parts = text.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/"), let status = Int(parts[1].prefix(3)) else { return nil }
        let end = text.range(of: "\r\n\r\n")
        let head = text[..<(end?.lowerBound ?? text.endIndex)].split(separator: "\r\n")
        let cookies = head.filter { $0.lowercased().hasPrefix("set-cookie:") }.map {
            $0.dropFirst("set-cookie:".count).prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
        }
        return Answer(status: status, body: end.map { String(text[$0.upperBound...]) } ?? "", cookies: cookies)
    }
}
