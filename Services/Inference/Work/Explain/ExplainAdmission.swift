import Contracts
import Synchronization

/// Explanations that are under way: each may run a model hundreds of thousands of times, so there are few at once.
final class ExplainAdmission: Sendable {
    /// Explanations of one process at once, those that wait for the engine included.
    static let most = 16

    private let most: Int
    private let present = Atomic(0)

    init(most: Int = ExplainAdmission.most) { self.most = most }

    /// Takes a place, which ``leave()`` gives back. Throws `overloaded` when there is none.
    func enter() throws(Problem) {
        guard present.add(1, ordering: .relaxed).newValue <= most else {
            leave()
            throw Problem(.overloaded, "\(most) explanations are under way, as many as there may be.", retryAfter: 1)
        }
    }

    func leave() { present.subtract(1, ordering: .relaxed) }
}
