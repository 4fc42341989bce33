import Contracts
import HTTPTypes
import NIOCore
import Observability

/// One fast request and its answer; lives on the event loop.
final class FastExchange {
    let head: HTTPRequest
    let entry: FastIndex.Entry
    let parameters: [Substring]
    let facts: RequestFacts
    var caller: Caller?
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

    init(head: HTTPRequest, entry: FastIndex.Entry, parameters: [Substring], facts: RequestFacts) {
        self.head = head
        self.entry = entry
        self.parameters = parameters
        self.facts = facts
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
        if body == nil {
            body = buffer
        } else {
            body?.writeBuffer(&buffer)
        }
    }
}
