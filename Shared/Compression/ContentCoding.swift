/// A content coding of RFC 9110 section 8.4.1 that bodies are taken and given in.
public enum ContentCoding: String, Sendable, CaseIterable {
    /// RFC 1952.
    case gzip
    /// RFC 1950: deflate inside the zlib frame, never bare.
    case deflate

    /// What zlib calls the largest window with this framing (15 bits; 16 more select gzip).
    var windowBits: Int32 { self == .gzip ? 15 + 16 : 15 }

    /// Reads the value of a Content-Encoding header: nil for an absent, empty or `identity` one. Throws `unsupported` for any other.
    public static func named(_ contentEncoding: String?) throws(CompressionFault) -> ContentCoding? {
        guard let contentEncoding, !contentEncoding.isEmpty else { return nil }
        switch contentEncoding.lowercased() {
        case "identity": return nil
        case "gzip", "x-gzip": return .gzip
        case "deflate": return .deflate
        default: throw .unsupported(contentEncoding)
        }
    }

    /// The coding for an answer to a request with this Accept-Encoding header (RFC 9110 section 12.5.3): the one with the greater weight,
    /// gzip where both are welcome alike, nil when the client asks for neither or likes the plain form better.
    public static func accepted(_ acceptEncoding: String?) -> ContentCoding? {
        guard let acceptEncoding, !acceptEncoding.isEmpty else { return nil }
        var weights: [String: Double] = [:]
        for element in acceptEncoding.split(separator: ",") {
            let parts = element.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let name = parts.first else { continue }
            weights[name] = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
        }
        func weight(_ coding: ContentCoding) -> Double { weights[coding.rawValue] ?? weights["*"] ?? 0 }
        let best: ContentCoding = weight(.deflate) > weight(.gzip) ? .deflate : .gzip
        return weight(best) > 0 && weight(best) >= weights["identity"] ?? 0 ? best : nil
    }
}
