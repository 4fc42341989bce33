import HTTPTypes
import NIOCore

/// The head of a request: its bytes as they came, and where its parts lie in them. Nothing is copied out before somebody asks.
struct RequestHead: Sendable {
    /// Where a part lies.
    struct Span: Sendable, Hashable {
        var start: Int
        var count: Int

        var range: Range<Int> { start..<(start + count) }
    }

    struct Field: Sendable {
        let name: Span
        let value: Span
    }

    /// How the body's end is found (RFC 9112 section 6.3).
    enum Framing: Sendable, Hashable {
        case length(Int)
        case chunked
    }

    /// What the way to the route looks at, found while the head is read.
    struct Known: Sendable {
        var authorization: Span?
        var authorizations = 0
        var requestID: Span?
        var traceparent: Span?
        var deadline: Span?
        var host: Span?
        var expectsContinue = false
        var asksToClose = false
        var asksToStay = false
        var contentLength: Int?
        var isChunked = false
    }

    let bytes: ByteBuffer
    let method: Span
    private(set) var target: Span
    let isVersion10: Bool
    let fields: [Field]
    let known: Known

    var framing: Framing { known.isChunked ? .chunked : .length(known.contentLength ?? 0) }

    /// Whether the connection is to end after the answer.
    var asksToClose: Bool { known.asksToClose || (isVersion10 && !known.asksToStay) }

    /// Takes a base path off the target where a segment ends with it; the base path alone is the root, which has no query.
    mutating func leave(_ base: [UInt8]) {
        let whole = target
        target = bytes.withUnsafeReadableBytes { bytes in
            guard bytes[whole.range].starts(with: base) else { return whole }
            let end = whole.start + base.count
            guard end < whole.range.upperBound, bytes[end] != UInt8(ascii: "?") else { return Span(start: whole.start, count: 1) }
            return bytes[end] == UInt8(ascii: "/") ? Span(start: end, count: whole.count - base.count) : whole
        }
    }

    /// The text of a part; bytes that are no UTF-8 are repaired.
    func text(_ span: Span) -> String {
        bytes.withUnsafeReadableBytes { String(decoding: $0[span.range], as: UTF8.self) }
    }

    /// The value of a header by its name in lower case; several of one name are joined (RFC 9110 section 5.2). Nil when it is absent.
    func value(_ name: String) -> String? {
        bytes.withUnsafeReadableBytes { bytes in
            var found: String?
            for field in fields where field.name.count == name.utf8.count && isName(bytes, field.name, name) {
                let text = String(decoding: bytes[field.value.range], as: UTF8.self)
                found = found.map { $0 + ", " + text } ?? text
            }
            return found
        }
    }

    private func isName(_ bytes: UnsafeRawBufferPointer, _ span: Span, _ name: String) -> Bool {
        bytes[span.range].elementsEqual(name.utf8) { $0 == $1 || ($0 | 0x20 == $1 && (65...90).contains($0)) }
    }

    /// The head in the types that Hummingbird works with. Nil for a method or a name that they do not know.
    var request: HTTPRequest? {
        guard let method = HTTPRequest.Method(text(method)) else { return nil }
        var headers = HTTPFields()
        headers.reserveCapacity(fields.count)
        for field in fields where field.value != known.host {
            guard let name = HTTPField.Name(text(field.name)) else { return nil }
            headers.append(HTTPField(name: name, value: text(field.value)))
        }
        return HTTPRequest(
            method: method, scheme: "http", authority: known.host.map(text), path: text(target), headerFields: headers)
    }
}
