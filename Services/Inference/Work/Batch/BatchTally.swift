import Synchronization

/// Rows of a task that are predicted, counted while it goes on.
final class BatchTally: Sendable {
    private let count = Atomic(0)

    var rows: Int { count.load(ordering: .relaxed) }

    func add(_ rows: Int) { count.add(rows, ordering: .relaxed) }
}
