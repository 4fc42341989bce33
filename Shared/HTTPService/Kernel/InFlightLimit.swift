import Contracts
import Synchronization

/// Bounds the requests that a service works on at once: what comes beyond is refused before any work.
final class InFlightLimit: Sendable {
    /// A request's place among those in flight; free again when nobody holds it any more.
    final class Place: Sendable {
        private let limit: InFlightLimit

        fileprivate init(_ limit: InFlightLimit) { self.limit = limit }

        deinit { limit.present.subtract(1, ordering: .relaxed) }
    }

    let capacity: Int
    private let subject: String
    private let present = Atomic(0)

    /// `subject` says what is counted.
    init(capacity: Int, of subject: String = "requests") {
        self.capacity = capacity
        self.subject = subject
    }

    /// Takes a place. Throws `overloaded` when there is none.
    func enter() throws(Problem) -> Place {
        let taken = present.add(1, ordering: .relaxed).newValue
        let place = Place(self)
        guard taken <= capacity else {
            throw Problem(.overloaded, "The instance works on \(capacity) \(subject) already.", retryAfter: 1)
        }
        return place
    }
}
