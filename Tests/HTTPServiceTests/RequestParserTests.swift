import HTTPTypes
import NIOCore
import Testing

@testable import HTTPService

@Suite("The request parser")
struct RequestParserTests {
    /// What a parser gave, in words.
    enum Seen: Equatable {
        case head(String, String, [String])
        case body(String)
        case end
    }

    /// Feeds bytes in pieces; the parts with neighbouring pieces of a body joined.
    static func parse(_ bytes: [UInt8], pieces: [Int] = []) throws(RequestFault) -> [Seen] {
        var parser = RequestParser()
        var input = ByteBuffer()
        var seen: [Seen] = []
        var rest = bytes[...]
        for size in pieces + [bytes.count] {
            input.writeBytes(rest.prefix(size))
            rest = rest.dropFirst(size)
            while let part = try parser.next(&input) {
                switch part {
                case .head(let head):
                    let fields = head.fields.map { head.text($0.name) + "=" + head.text($0.value) }
                    seen.append(.head(head.text(head.method), head.text(head.target), fields))
                case .body(let piece):
                    if case .body(let text) = seen.last {
                        seen[seen.count - 1] = .body(text + String(buffer: piece))
                    } else {
                        seen.append(.body(String(buffer: piece)))
                    }
                case .end: seen.append(.end)
                }
            }
        }
        return seen
    }

    static let stream =
        "\r\nPOST /a?b HTTP/1.1\r\nHost: x\r\nX-Empty:\r\nContent-Length:  5 \r\n\r\nhello"
        + "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
        + "PUT /c HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n3;ext=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n"
        + "DELETE /d HTTP/1.1\r\nContent-Length: 0\r\n\r\n"

    static let parts: [Seen] = [
        .head("POST", "/a?b", ["Host=x", "X-Empty=", "Content-Length=5"]), .body("hello"), .end,
        .head("GET", "/", ["Connection=keep-alive"]), .end,
        .head("PUT", "/c", ["Transfer-Encoding=Chunked"]), .body("abc0123456789"), .end,
        .head("DELETE", "/d", ["Content-Length=0"]), .end,
    ]

    @Test("a stream of requests is the same however it is cut")
    func cuts() throws {
        let bytes = Array(Self.stream.utf8)
        for place in 0...bytes.count { #expect(try Self.parse(bytes, pieces: [place]) == Self.parts, "cut at \(place)") }
        for size in 1...7 { #expect(try Self.parse(bytes, pieces: Array(repeating: size, count: bytes.count / size)) == Self.parts) }
    }

    static let malformed = [
        "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1 \r\n\r\n", "GET / HTTP/1.2\r\n\r\n", "GET / http/1.1\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\n\r\n", "GET a HTTP/1.1\r\n\r\n", "GET /\u{e9} HTTP/1.1\r\n\r\n", "OPTIONS *x HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\n\n",
        "GET\t/ HTTP/1.1\r\n\r\n", "get / HTTP/1.1\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\n\r\n", "BREW / HTTP/1.1\r\n\r\n",
        " GET / HTTP/1.1\r\n\r\n", "G(T / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nA : b\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", "GET / HTTP/1.1\r\n: b\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\u{0}c\r\n\r\n", "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", "GET / HTTP/1.1\r\nA: b\nB: c\r\n\r\n",
        "GET / HTTP/1.1\r\nA: \u{7F}\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", "POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\nx",
        "POST / HTTP/1.1\r\nContent-Length: 1\t\r\n\r\nx", "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\nx",
        "POST / HTTP/1.1\r\nContent-Length: 0x1\r\n\r\nx",
        "POST / HTTP/1.1\r\nContent-Length: \r\n\r\nx", "POST / HTTP/1.1\r\nContent-Length: 9999999999999999999\r\n\r\nx",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ]

    @Test("what is not strictly a request is refused", arguments: malformed)
    func refused(text: String) {
        #expect(throws: RequestFault.malformed) { try Self.parse(Array(text.utf8)) }
        // Also byte by byte: nothing waits for more than it was told of.
        #expect(throws: RequestFault.malformed) { try Self.parse(Array(text.utf8), pieces: Array(repeating: 1, count: text.utf8.count)) }
    }

    static let chunks = [
        "zz\r\n", "\r\n", "-1\r\n", "3 \r\nabc\r\n", "3\nabc\r\n", "3\r\nabcd\r\n", "3\r\nabc0\r\n", "1000000000000000\r\n",
        "\(String(repeating: "0", count: 1_100))", "3\r\nabc\r\n\n", "3;x=y\rabc\r\n", "3;a b\r\nabc\r\n", "3;\r\nabc\r\n",
        "3;a=\r\nabc\r\n", "0\r\nno colon\r\n\r\n", "0\r\nContent-Length: 3\r\n\r\n", "0\r\ntransfer-encoding: chunked\r\n\r\n",
        "0\r\nConnection: close\r\n\r\n", "0\r\na : b\r\n\r\n", "0\r\nx\n",
    ]

    @Test("chunks that lie are refused", arguments: chunks)
    func badChunks(text: String) {
        let bytes = Array(("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + text).utf8)
        #expect(throws: RequestFault.malformed) { try Self.parse(bytes) }
    }

    @Test("heads are bounded in bytes and in fields, complete or not")
    func bounds() {
        let long = "GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: RequestParser.mostHeadBytes)
        let many = "GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: HeadScanner.mostFields + 1) + "\r\n"
        let trailers = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + String(repeating: "a: b\r\n", count: 20_000)
        #expect(throws: RequestFault.headerOverflow) { try Self.parse(Array(long.utf8)) }
        #expect(throws: RequestFault.headerOverflow) { try Self.parse(Array((long + "\r\n\r\n").utf8)) }
        #expect(throws: RequestFault.headerOverflow) { try Self.parse(Array(many.utf8)) }
        #expect(throws: RequestFault.malformed) { try Self.parse(Array(trailers.utf8)) }
    }

    @Test("what a head says is found whatever the case of its names")
    func known() throws {
        let text =
            "POST / HTTP/1.1\r\nHOST: h\r\nauthorization: Bearer t\r\nX-REQUEST-ID: r\r\nTraceParent: p\r\nX-Mesh-Deadline-Ms: 5\r\n"
            + "Expect: 100-Continue\r\nConnection: x, Close\r\nContent-Length: 12\r\nAccept: a\r\nACCEPT: b\r\n\r\n"
        var parser = RequestParser()
        var input = ByteBuffer(string: text)
        guard case .head(let head) = try #require(try parser.next(&input)) else { return #expect(Bool(false), "no head") }
        let known = head.known

        #expect(
            [known.host, known.authorization, known.requestID, known.traceparent, known.deadline].map { $0.map(head.text) }
                == ["h", "Bearer t", "r", "p", "5"])
        #expect(known.expectsContinue && head.asksToClose && known.authorizations == 1 && known.contentLength == 12)
        #expect(head.value("accept") == "a, b" && head.value("accept-encoding") == nil)
        #expect(head.request?.authority == "h" && head.request?.headerFields.contains { $0.name.canonicalName == "host" } == false)
    }
}
