import Scheduling
import Synchronization

/// Whether the online lane is at work: a run is under way on its threads, or one was begun on an event loop a moment ago.
final class OnlineTraffic: Sendable {
    /// Nanoseconds after a run on an event loop for which more is thought to come: an event loop with much to do runs ten in that time.
    private static let moment = 500_000

    private let running = Atomic(0)
    private let latest = Atomic(0)

    var isBusy: Bool {
        running.load(ordering: .relaxed) > 0 || Monotonic.now() - latest.load(ordering: .relaxed) < Self.moment
    }

    /// Notes a run on an event loop.
    func note() { latest.store(Monotonic.now(), ordering: .relaxed) }

    /// Notes a run on a thread of the lane for as long as it takes.
    func during(_ run: () -> Void) {
        running.add(1, ordering: .relaxed)
        defer { running.subtract(1, ordering: .relaxed) }
        run()
    }
}
