/// Reads HTTP/1.1 answers out of a buffer.
enum ProbeParser {
    /// The first answer, taken out of the buffer; nil when more bytes are needed.
    static func answer(in buffer: inout [UInt8], isClosed: Bool, toHead: Bool) throws(ProbeError) -> ProbeAnswer? {
        guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { throw .malformed }
        let headers = lines.dropFirst().map { line in
            let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                name: halves[0].lowercased(), value: halves.count > 1 ? String(halves[1].drop { $0 == " " }) : ""
            )
        }
        let rest = buffer[end.upperBound...]
        guard let (body, used) = try body(rest, status: status, headers: headers, isClosed: isClosed, toHead: toHead) else { return nil }
        buffer = Array(rest.dropFirst(used))
        return ProbeAnswer(status: status, headers: headers, body: body)
    }

    private static func body(
        _ rest: ArraySlice<UInt8>, status: Int, headers: [(name: String, value: String)], isClosed: Bool, toHead: Bool
    ) throws(ProbeError) -> (body: [UInt8], used: Int)? {
        if toHead || status < 200 || status == 204 || status == 304 { return ([], 0) }
        if let length = headers.first(where: { $0.name == "content-length" }).flatMap({ Int($0.value) }) {
            return rest.count >= length ? (Array(rest.prefix(length)), length) : nil
        }
        if headers.contains(where: { $0.name == "transfer-encoding" && $0.value == "chunked" }) { return try chunks(rest) }
        return isClosed ? (Array(rest), rest.count) : nil
    }

    private static func chunks(_ bytes: ArraySlice<UInt8>) throws(ProbeError) -> (body: [UInt8], used: Int)? {
        var body: [UInt8] = []
        var rest = bytes
        let newline = Array("\r\n".utf8)
        while true {
            guard let end = rest.firstRange(of: newline) else { return nil }
            guard let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16) else { throw .malformed }
            rest = rest[end.upperBound...]
            guard rest.count >= size + 2 else { return nil }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
            if size == 0 { return (body, bytes.count - rest.count) }
        }
    }
}
