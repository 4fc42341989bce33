/// A small HTTP/1.1 client for tests: it can also send what no decent client sends.
public struct HTTPProbe: Sendable {
    public let port: Int

    public init(port: Int) {
        self.port = port
    }

    /// One request on a connection of its own.
    public func send(
        _ method: String, _ path: String, token: String? = nil, headers: [String: String] = [:], body: [UInt8]? = nil
    ) async throws -> ProbeAnswer {
        let connection = try ProbeConnection(port: port)
        await connection.write(Self.request(method, path, token: token, headers: headers, body: body))
        return try await connection.answer(toHead: method == "HEAD")
    }

    /// One request with a JSON text as body.
    public func send(
        _ method: String, _ path: String, token: String? = nil, headers: [String: String] = [:], json: String
    ) async throws -> ProbeAnswer {
        let headers = headers.merging(["Content-Type": "application/json"]) { own, _ in own }
        return try await send(method, path, token: token, headers: headers, body: Array(json.utf8))
    }

    /// Any bytes, and the first answer to them.
    public func raw(_ text: String) async throws -> ProbeAnswer {
        let connection = try ProbeConnection(port: port)
        await connection.write(text)
        return try await connection.answer()
    }

    /// A request as it goes over the wire.
    public static func request(
        _ method: String, _ path: String, token: String? = nil, headers: [String: String] = [:], body: [UInt8]? = nil
    ) -> [UInt8] {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: mesh\r\n"
        if let token { text += "Authorization: Bearer \(token)\r\n" }
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.count)\r\n" }
        return Array((text + "\r\n").utf8) + (body ?? [])
    }
}
