import Contracts
import Foundation
import Postgres

extension EventReader {
    /// Looks at a cursor so often that nobody waits for long, and seldom enough to cost nothing.
    private static let look = Duration.milliseconds(20)
    /// How long is waited for events that an older transaction holds up: longer than any that the mesh makes takes.
    public static let patience = Duration.seconds(10)

    /// Waits until every event that was committed when this was called has taken effect, by this instance or another one.
    ///
    /// - Parameter patience: after this time events that were held up by an older transaction then do not count: somebody's endless
    ///   transaction, in whatever database of the cluster, holds nobody up.
    public func caughtUp(patience: Duration = EventReader.patience) async throws {
        let end = ContinuousClock.now + patience
        let settled = try await head(settled: true)
        guard let newest = try await head(settled: false) else { return }
        while true {
            let goal = ContinuousClock.now < end ? newest : settled
            if try await hasReached(goal) { return }
            try await Task.sleep(for: Self.look)
        }
    }

    private func hasReached(_ place: EventPosition?) async throws -> Bool {
        guard let place else { return true }
        let rows = try await database.query(
            """
            SELECT 1
              FROM event_cursors
             WHERE reader = \(name)
               AND (epoch, txid, sequence) >= (\(place.epoch), \(place.transaction)::xid8, \(place.sequence))
            """)
        return !rows.isEmpty
    }

    /// The place of the newest event of the reader's types; nil when there is none.
    private func head(settled: Bool) async throws -> EventPosition? {
        let rows = try await database.query(
            """
            SELECT epoch, txid::text AS place, sequence
              FROM events.log
             WHERE type = ANY (\(types.sorted()))
               AND (NOT \(settled)::bool OR epoch < events.current_epoch() OR txid < pg_snapshot_xmin(pg_current_snapshot()))
             ORDER BY epoch DESC, txid DESC, sequence DESC
             LIMIT 1
            """)
        return try rows.first.map {
            EventPosition(epoch: try $0.decode("epoch"), transaction: try $0.decode("place"), sequence: try $0.decode("sequence"))
        }
    }
}
