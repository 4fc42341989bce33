import Contracts
import Synchronization

/// Bounds the bytes of all bodies that a process holds for its fast routes: many large ones at once cannot exhaust its memory.
final class BodyBudget: Sendable {
    /// The bytes of one body; given back when nobody holds it any more.
    final class Share: Sendable {
        private let budget: BodyBudget
        private let bytes = Atomic(0)

        fileprivate init(_ budget: BodyBudget) { self.budget = budget }

        deinit { budget.taken.subtract(bytes.load(ordering: .relaxed), ordering: .relaxed) }

        /// Takes more bytes. Throws `overloaded` when they are not to be had.
        func grow(by count: Int) throws(Problem) {
            bytes.add(count, ordering: .relaxed)
            guard budget.taken.add(count, ordering: .relaxed).newValue <= budget.capacity else {
                throw Problem(.overloaded, "The instance holds \(budget.capacity) bytes of requests already.", retryAfter: 1)
            }
        }
    }

    let capacity: Int
    private let taken = Atomic(0)

    init(capacity: Int) { self.capacity = capacity }

    /// A share of no bytes yet.
    func share() -> Share { Share(self) }
}
