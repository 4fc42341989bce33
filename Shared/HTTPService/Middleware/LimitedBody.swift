import Contracts
import Hummingbird
import NIOCore

/// A request body that ends with a 413 when it is larger than the route allows, also when no length was announced, and that counts among those
/// that are coming in until it was read.
struct LimitedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let base: RequestBody
    let limit: Int
    let arrival: BodyArrival?

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: RequestBody.AsyncIterator
        let limit: Int
        let arrival: BodyArrival?
        var count = 0

        mutating func next() async throws -> ByteBuffer? {
            guard let buffer = try await base.next() else {
                arrival?.end()
                return nil
            }
            count += buffer.readableBytes
            guard count <= limit else { throw Problem(.tooLarge, "The route takes at most \(limit) bytes") }
            return buffer
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), limit: limit, arrival: arrival)
    }
}
