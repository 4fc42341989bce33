import Contracts
import NIOCore
import Observability

/// One fast request and its answer; lives on the event loop.
final class FastExchange {
    /// Room that is set aside for an announced body at once; a larger one grows.
    private static let mostReserved = 4 << 20

    let head: RequestHead
    let entry: FastIndex.Entry
    let parameters: PathParameters
    let requestID: RequestID
    let started: ContinuousClock.Instant
    let deadline: Deadline
    var admission: Admission?
    /// Why the request will be refused once it is read.
    var refusal: Problem?
    /// Held until the answer, or until the client hangs up and the route has let the request go.
    var place: InFlightLimit.Place?
    var body: ByteBuffer?
    /// What the body takes of all that may be held; goes on with the request to its route.
    var share: BodyBudget.Share?
    /// Bytes thrown away after the refusal was clear.
    var discarded = 0
    var responder: FastResponder?
    var deadlineTask: Scheduled<Void>?
    /// The client's end was asked for a sign of life.
    var isProbed = false

    init(
        head: RequestHead, entry: FastIndex.Entry, parameters: PathParameters, requestID: RequestID, limits: DeadlineLimits,
        now: ContinuousClock.Instant = .now
    ) {
        self.head = head
        self.entry = entry
        self.parameters = parameters
        self.requestID = requestID
        started = now
        deadline = Deadline(now.advanced(by: limits.wait(head.known.deadline.map(head.text))))
    }

    /// Lets go of all that was held for the answer. The responder holds the exchange: they would keep each other for ever.
    func release() {
        deadlineTask?.cancel()
        (deadlineTask, responder, place, body, share) = (nil, nil, nil, nil, nil)
    }

    /// The connection is gone: the place is kept until the route has let the request go.
    func forget() {
        deadlineTask?.cancel()
        (deadlineTask, responder) = (nil, nil)
    }

    /// Takes a piece of the body in, or throws it away when the request is refused.
    func append(_ buffer: inout ByteBuffer) {
        let limit = entry.route.bodyLimit
        if refusal == nil {
            do throws(Problem) {
                guard (body?.readableBytes ?? 0) + buffer.readableBytes <= limit else {
                    throw Problem(.tooLarge, "The route takes at most \(limit) bytes")
                }
                try share?.grow(by: buffer.readableBytes)
            } catch {
                refusal = error
                body = nil
                share = nil
            }
        }
        guard refusal == nil else {
            discarded += buffer.readableBytes
            return
        }
        if body == nil { begin(&buffer) } else { body?.writeBuffer(&buffer) }
    }

    /// A body that came in one piece is kept where it lies.
    private func begin(_ buffer: inout ByteBuffer) {
        guard let announced = head.known.contentLength, announced > buffer.readableBytes else {
            body = buffer
            return
        }
        var whole = ByteBufferAllocator().buffer(capacity: min(announced, Self.mostReserved))
        whole.writeBuffer(&buffer)
        body = whole
    }
}
