import HTTPTypes
import NIOCore

/// Writes the answers of Hummingbird as bytes (RFC 9112 sections 4, 6 and 7): a value that is given the parts of one answer in order.
struct ResponseEncoder {
    private enum Body {
        /// Its length was said, or it ends with the connection.
        case plain
        case chunked
        /// None may be sent, whatever comes.
        case absent
    }

    private let isHead: Bool
    private let takesChunks: Bool
    private var body = Body.plain

    /// An encoder for the answer to a request of this head.
    init(_ head: RequestHead) {
        isHead = head.method.count == 4 && head.text(head.method) == "HEAD"
        takesChunks = !head.isVersion10
    }

    /// The bytes of a head. An answer whose body has no announced length is chunked; to HTTP/1.0, it ends with the connection.
    mutating func head(_ head: HTTPResponse, closes: inout Bool) -> ByteBuffer {
        var output = ByteBuffer()
        AnswerWriter.writeStatus(head.status, to: &output)
        for field in head.headerFields where field.name != .connection && field.name != .transferEncoding {
            output.writeString("\(field.name.rawName): \(field.value)\r\n")
        }
        let mayHaveBody = head.status.kind != .informational && head.status.code != 204 && head.status.code != 304
        if isHead || !mayHaveBody {
            body = .absent
        } else if head.headerFields[.contentLength] == nil {
            body = takesChunks ? .chunked : .plain
            if takesChunks { output.writeStaticString("transfer-encoding: chunked\r\n") } else { closes = true }
        }
        output.writeStaticString(closes ? "connection: close\r\n\r\n" : "\r\n")
        return output
    }

    /// The bytes of a piece of the body; nil when there is nothing to send.
    func body(_ piece: ByteBuffer) -> ByteBuffer? {
        guard piece.readableBytes > 0 else { return nil }
        switch body {
        case .absent: return nil
        case .plain: return piece
        case .chunked:
            var output = ByteBufferAllocator().buffer(capacity: piece.readableBytes + 24)
            output.writeString(String(piece.readableBytes, radix: 16) + "\r\n")
            output.writeImmutableBuffer(piece)
            output.writeStaticString("\r\n")
            return output
        }
    }

    /// The bytes that end the answer.
    var end: ByteBuffer {
        if case .chunked = body { ByteBuffer(string: "0\r\n\r\n") } else { ByteBuffer() }
    }
}
