import NIOCore
import NIOHTTP1
import Observability

/// One request to inference and its answer; lives on the event loop of the client's connection.
final class InferenceCall {
    /// A larger answer is not passed on.
    static let mostAnswerBytes = 128 << 20

    let head: HTTPRequestHead
    let body: ByteBuffer
    let deadline: Deadline
    private var completion: ((Result<InferenceAnswer, InferenceFault>) -> Void)?
    private var status: HTTPResponseHead?
    private var answer: ByteBuffer?
    /// Where the request is under way.
    weak var connection: InferenceConnection?
    /// The request may be sent once more: it went over a kept connection that the peer may have been closing.
    var mayRepeat = true

    init(
        head: HTTPRequestHead, body: ByteBuffer, deadline: Deadline, completion: @escaping (Result<InferenceAnswer, InferenceFault>) -> Void
    ) {
        self.head = head
        self.body = body
        self.deadline = deadline
        self.completion = completion
    }

    /// Whether somebody still waits.
    var isOpen: Bool { completion != nil }
    /// Whether anything of the answer came.
    var isAnswered: Bool { status != nil }

    func begin(_ head: HTTPResponseHead) { status = head }

    /// Takes a piece of the answer; false when it gets too long.
    func append(_ piece: inout ByteBuffer) -> Bool {
        guard (answer?.readableBytes ?? 0) + piece.readableBytes <= Self.mostAnswerBytes else { return false }
        if answer == nil { answer = piece } else { answer?.writeBuffer(&piece) }
        return true
    }

    /// The answer is complete.
    func finish() {
        guard let status else { return end(.failure(.unreadable)) }
        end(.success(InferenceAnswer(status: Int(status.status.code), headers: status.headers, body: answer ?? ByteBuffer())))
    }

    /// Nobody waits any more: the request is given up, so that inference hears of it.
    func cancel() {
        guard isOpen else { return }
        end(.failure(deadline.isOver ? .timeout : .cancelled))
        connection?.close()
    }

    func end(_ result: Result<InferenceAnswer, InferenceFault>) {
        let completion = completion
        self.completion = nil
        completion?(result)
    }
}
