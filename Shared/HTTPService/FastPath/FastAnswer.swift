import Contracts
import HTTPTypes
import NIOCore

/// What a fast route answers.
struct FastAnswer: Sendable {
    enum Body: Sendable {
        case buffer(ByteBuffer)
        case bytes([UInt8])

        var count: Int {
            switch self {
            case .buffer(let buffer): buffer.readableBytes
            case .bytes(let bytes): bytes.count
            }
        }
    }

    let status: HTTPResponse.Status
    let lines: HeaderLines
    let body: Body

    init(status: HTTPResponse.Status, lines: HeaderLines, body: Body) {
        self.status = status
        self.lines = lines
        self.body = body
    }

    /// An error; the length of its body is said by who writes it.
    init(_ answer: ProblemAnswer) {
        var headers = answer.headers
        headers[.contentLength] = nil
        self.init(status: answer.status, lines: HeaderLines(headers), body: .bytes(answer.body))
    }
}
