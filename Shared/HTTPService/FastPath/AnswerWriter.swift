import Contracts
import Foundation
import HTTPTypes
import NIOCore

/// Writes the answers of fast routes as bytes, into room that is used again from answer to answer.
struct AnswerWriter {
    /// A body up to this is copied behind its head, so that one piece goes to the kernel.
    private static let mostCopied = 32 * 1_024

    private var output = ByteBuffer()
    private var stamp: [UInt8] = []
    private var second = 0

    /// The head with its body, and the body apart when it is long.
    mutating func write(_ answer: FastAnswer, requestID: RequestID, closes: Bool) -> (first: ByteBuffer, rest: ByteBuffer?) {
        output.clear()
        Self.writeStatus(answer.status, to: &output)
        output.writeStaticString("content-length: ")
        output.writeString(String(answer.body.count))
        output.writeStaticString("\r\nx-request-id: ")
        output.writeString(requestID.description)
        writeStamp()
        output.writeBytes(answer.lines.bytes)
        output.writeStaticString(closes ? "connection: close\r\n\r\n" : "\r\n")
        guard answer.body.count > 0 else { return (output, nil) }
        switch answer.body {
        case .bytes(let bytes) where bytes.count <= Self.mostCopied: output.writeBytes(bytes)
        case .buffer(let buffer) where buffer.readableBytes <= Self.mostCopied: output.writeImmutableBuffer(buffer)
        case .bytes(let bytes): return (output, ByteBuffer(bytes: bytes))
        case .buffer(let buffer): return (output, buffer)
        }
        return (output, nil)
    }

    /// `HTTP/1.1 200 OK` and its end of line.
    static func writeStatus(_ status: HTTPResponse.Status, to output: inout ByteBuffer) {
        guard status.code != 200 else {
            output.writeStaticString("HTTP/1.1 200 OK\r\n")
            return
        }
        output.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
    }

    /// What is the same in all answers of a second.
    private mutating func writeStamp() {
        let present = time(nil)
        if present != second {
            second = present
            let date = DateStamp.text(Date(timeIntervalSince1970: Double(present)))
            stamp = Array("\r\nx-content-type-options: nosniff\r\ndate: \(date)\r\n".utf8)
        }
        output.writeBytes(stamp)
    }
}
