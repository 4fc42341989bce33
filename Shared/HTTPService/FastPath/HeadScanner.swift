import Foundation
import NIOCore

/// Reads a complete head (RFC 9112 sections 3 and 5), strictly: one space between the parts of the request line, CRLF at every end of line,
/// names of token characters up to the colon, no folded lines, no control characters, one framing.
///
/// Strictness is what keeps this reader and the gateway before it of one opinion on where a request ends.
struct HeadScanner {
    /// What is asked of a service of the mesh; CONNECT and the methods of other protocols over HTTP are not. The most frequent first.
    private static let methods: [StaticString] = ["POST", "GET", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS", "TRACE"]
    /// Lines above this are nobody's request.
    static let mostFields = 128

    private let bytes: UnsafeRawBufferPointer
    private var place = 0
    private var known = RequestHead.Known()

    /// `bytes` is a head up to and without its empty line.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Reads the head; `fields` is room that is used again from head to head.
    mutating func scan(_ buffer: ByteBuffer, fields: inout [RequestHead.Field]) throws(RequestFault) -> RequestHead {
        let method = try token(until: UInt8(ascii: " "))
        guard Self.methods.contains(where: { $0.utf8CodeUnitCount == method.count && isExactly(method, $0) }) else { throw .malformed }
        let target = try target()
        let isVersion10 = try version()
        fields.removeAll(keepingCapacity: true)
        while place < bytes.count {
            guard fields.count < Self.mostFields else { throw .headerOverflow }
            let field = try field()
            try note(field)
            fields.append(field)
        }
        guard !(known.isChunked && (known.contentLength != nil || isVersion10)) else { throw .malformed }
        return RequestHead(bytes: buffer, method: method, target: target, isVersion10: isVersion10, fields: fields, known: known)
    }

    private mutating func token(until end: UInt8) throws(RequestFault) -> RequestHead.Span {
        let start = place
        while place < bytes.count, Self.isToken(bytes[place]) { place += 1 }
        guard place > start, place < bytes.count, bytes[place] == end else { throw .malformed }
        place += 1
        return .init(start: start, count: place - 1 - start)
    }

    private mutating func target() throws(RequestFault) -> RequestHead.Span {
        let start = place
        while place < bytes.count, bytes[place] > 32, bytes[place] < 127 { place += 1 }
        guard place > start, place < bytes.count, bytes[place] == UInt8(ascii: " ") else { throw .malformed }
        // A path, or the star of OPTIONS; the other forms are for proxies.
        guard bytes[start] == UInt8(ascii: "/") || (bytes[start] == UInt8(ascii: "*") && place == start + 1) else { throw .malformed }
        place += 1
        return .init(start: start, count: place - 1 - start)
    }

    /// `HTTP/1.1` or `HTTP/1.0`, and the end of the line; whether it is the older.
    private mutating func version() throws(RequestFault) -> Bool {
        guard bytes.count - place >= 10, bytes[place..<(place + 7)].elementsEqual("HTTP/1.".utf8) else { throw .malformed }
        let digit = bytes[place + 7]
        guard digit == UInt8(ascii: "0") || digit == UInt8(ascii: "1") else { throw .malformed }
        guard bytes[place + 8] == 13, bytes[place + 9] == 10 else { throw .malformed }
        place += 10
        return digit == UInt8(ascii: "0")
    }

    private mutating func field() throws(RequestFault) -> RequestHead.Field {
        let name = try token(until: UInt8(ascii: ":"))
        guard let base = bytes.baseAddress, let end = memchr(base + place, 13, bytes.count - place) else { throw .malformed }
        var start = place
        var stop = base.distance(to: UnsafeRawPointer(end))
        guard stop + 1 < bytes.count, bytes[stop + 1] == 10, Self.isPlain(bytes[start..<stop]) else { throw .malformed }
        place = stop + 2
        while start < stop, bytes[start] == 32 || bytes[start] == 9 { start += 1 }
        while stop > start, bytes[stop - 1] == 32 || bytes[stop - 1] == 9 { stop -= 1 }
        return .init(name: name, value: .init(start: start, count: stop - start))
    }

    /// Keeps what the way to the route needs; two of what may be there once are a fault.
    private mutating func note(_ field: RequestHead.Field) throws(RequestFault) {
        let (name, value) = (field.name, field.value)
        switch name.count {
        case 4 where isName(name, "host"):
            guard known.host == nil else { throw .malformed }
            known.host = value
        case 6 where isName(name, "expect"):
            known.expectsContinue = value.count == 12 && Self.holds(bytes, at: value.start, "100-continue")
        case 10 where isName(name, "connection"): noteConnection(value)
        case 11 where isName(name, "traceparent"): known.traceparent = value
        case 12 where isName(name, "x-request-id"): known.requestID = value
        case 13 where isName(name, "authorization"):
            known.authorization = value
            known.authorizations += 1
        case 14 where isName(name, "content-length"):
            try requireNoTab(after: value)
            try noteLength(value)
        case 17 where isName(name, "transfer-encoding"):
            try requireNoTab(after: value)
            guard !known.isChunked, value.count == 7, Self.holds(bytes, at: value.start, "chunked") else { throw .malformed }
            known.isChunked = true
        case 18 where isName(name, "x-mesh-deadline-ms"): known.deadline = value
        default: break
        }
    }

    private mutating func noteConnection(_ value: RequestHead.Span) {
        for option in bytes[value.range].split(separator: UInt8(ascii: ",")) {
            let word = String(decoding: option, as: UTF8.self).filter { $0 != " " && $0 != "\t" }.lowercased()
            if word == "close" { known.asksToClose = true }
            if word == "keep-alive" { known.asksToStay = true }
        }
    }

    /// A tab behind what frames the body: some readers take it for a part of the value.
    private func requireNoTab(after value: RequestHead.Span) throws(RequestFault) {
        var end = value.range.upperBound
        while bytes[end] == 32 { end += 1 }
        guard bytes[end] != 9 else { throw .malformed }
    }

    private mutating func noteLength(_ value: RequestHead.Span) throws(RequestFault) {
        guard known.contentLength == nil, (1...18).contains(value.count) else { throw .malformed }
        var length = 0
        for byte in bytes[value.range] {
            guard (48...57).contains(byte) else { throw .malformed }
            length = length * 10 + Int(byte - 48)
        }
        known.contentLength = length
    }

    private func isExactly(_ span: RequestHead.Span, _ text: StaticString) -> Bool {
        (0..<span.count).allSatisfy { bytes[span.start + $0] == text.utf8Start[$0] }
    }

    /// What says where a message ends or what becomes of its connection, and so has no place behind it (RFC 9110 section 6.5.1).
    private static let framing: [StaticString] = [
        "transfer-encoding", "content-length", "connection", "proxy-connection", "upgrade", "host", "trailer",
    ]

    /// Whether a line without its end is a field that may stand in trailers.
    static func isTrailer(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return false }
        guard !framing.contains(where: { $0.utf8CodeUnitCount == colon && holds(line, at: 0, $0) }) else { return false }
        return line[..<colon].allSatisfy(isToken) && isPlain(line[(colon + 1)...])
    }

    private func isName(_ span: RequestHead.Span, _ name: StaticString) -> Bool {
        Self.holds(bytes, at: span.start, name)
    }

    /// Whether a text in lower case stands at a place, in any case. The text holds no character whose bit 5 says something else.
    static func holds(_ bytes: UnsafeRawBufferPointer, at place: Int, _ text: StaticString) -> Bool {
        guard place + text.utf8CodeUnitCount <= bytes.count else { return false }
        for index in 0..<text.utf8CodeUnitCount where bytes[place + index] | 0x20 != text.utf8Start[index] { return false }
        return true
    }

    /// Whether bytes may stand in a value: no control characters but tabs. Without a branch, so that it takes many bytes at once.
    private static func isPlain(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        var faults: UInt8 = 0
        for byte in UnsafeRawBufferPointer(rebasing: bytes) {
            faults |= ((byte < 32 ? 1 : 0) & (byte == 9 ? 0 : 1)) | (byte == 127 ? 1 : 0)
        }
        return faults == 0
    }

    /// Whether a byte may stand in a token (RFC 9110 section 5.6.2): two words with a bit for each ASCII character.
    static func isToken(_ byte: UInt8) -> Bool {
        let word: UInt64 = byte < 64 ? 0x3FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
        return byte < 128 && word >> UInt64(byte & 63) & 1 == 1
    }
}
