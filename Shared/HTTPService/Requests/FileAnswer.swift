import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers with a file, or a range of it, piece by piece (RFC 9110, sections 13 and 14).
public struct FileAnswer: Sendable {
    private static let piece = 256 << 10

    private let file: URL
    private let digest: Digest
    private let contentType: String
    private let name: String?

    /// - Parameters:
    ///   - digest: of the file; it becomes its entity tag.
    ///   - name: under which a browser keeps the file instead of showing it; nil where it may show it.
    public init(file: URL, digest: Digest, contentType: String, name: String? = nil) {
        self.file = file
        self.digest = digest
        self.contentType = contentType
        self.name = name
    }

    /// The file is open from here on, so that its removal does not break the answer off.
    public func response(to request: Request) throws -> Response {
        let handle = try FileHandle(forReadingFrom: file)
        let size = Int(try handle.seekToEnd())
        let tag = "\"\(digest)\""
        var headers: HTTPFields = [.eTag: tag, .acceptRanges: "bytes", .cacheControl: "private, no-cache"]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = contentType
        if let name { headers[.contentDisposition] = Self.disposition(name) }
        let isFresh = request.headers[.ifRange].map { $0 == tag } ?? true
        guard isFresh, let range = Self.range(request.headers[.range], size) else {
            return Response(status: .ok, headers: headers, body: Self.body(handle, 0..<size))
        }
        guard !range.isEmpty else {
            headers[.contentRange] = "bytes */\(size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
        return Response(status: .partialContent, headers: headers, body: Self.body(handle, range))
    }

    private static func body(_ handle: FileHandle, _ range: Range<Int>) -> ResponseBody {
        ResponseBody(contentLength: range.count) { writer in
            try handle.seek(toOffset: UInt64(range.lowerBound))
            var left = range.count
            while left > 0, let data = try handle.read(upToCount: min(left, piece)), !data.isEmpty {
                left -= data.count
                try await writer.write(ByteBuffer(bytes: data))
            }
            guard left == 0 else { throw CocoaError(.fileReadUnknown) }
            try await writer.finish(nil)
        }
    }

    /// RFC 6266 with the encoding of RFC 8187.
    static func disposition(_ name: String) -> String {
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        return "attachment; filename*=UTF-8''" + (name.addingPercentEncoding(withAllowedCharacters: plain) ?? "file")
    }

    /// The range that a header asks for; empty when the file has no such bytes, nil when it asks for none, or for several (RFC 9110, 14.2:
    /// what is not understood is ignored).
    public static func range(_ header: String?, _ size: Int) -> Range<Int>? {
        guard let match = header?.wholeMatch(of: /bytes=(\d{0,18})-(\d{0,18})/) else { return nil }
        switch (Int(match.1), Int(match.2)) {
        case (nil, nil): return nil
        case (nil, let last?): return last == 0 ? 0..<0 : max(0, size - last)..<size
        case (let first?, nil): return first < size ? first..<size : 0..<0
        case (let first?, let last?):
            guard first <= last else { return nil }
            return first < size ? first..<min(last + 1, size) : 0..<0
        }
    }
}
