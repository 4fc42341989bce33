import Contracts
import Synchronization

/// Bounds how much of a costly kind of work is under way in a process.
final class Admission: Sendable {
    /// What it is, in the plural.
    private let name: String
    private let most: Int
    private let present = Atomic(0)

    init(_ name: String, most: Int) {
        self.name = name
        self.most = most
    }

    /// Takes a place, which ``leave()`` gives back. Throws `overloaded` when there is none.
    func enter() throws(Problem) {
        guard present.add(1, ordering: .relaxed).newValue <= most else {
            leave()
            throw Problem(.overloaded, "\(most) \(name) are under way, as many as there may be.", retryAfter: 1)
        }
    }

    func leave() { present.subtract(1, ordering: .relaxed) }
}
