import Contracts
import Foundation
import Postgres

extension EventReader {
    /// Looks at a cursor so often that nobody waits for long, and seldom enough to cost nothing.
    private static let look = Duration.milliseconds(20)

    /// Waits until every event that readers could see when this was called has taken effect, by this instance or another one.
    ///
    /// What was committed then, but waits for an older transaction, does not count: somebody's long transaction holds nobody up.
    public func caughtUp() async throws {
        guard let head = try await head() else { return }
        while true {
            let rows = try await database.query(
                """
                SELECT 1
                  FROM event_cursors
                 WHERE reader = \(name)
                   AND (epoch, txid, sequence) >= (\(head.epoch), \(head.transaction)::xid8, \(head.sequence))
                """)
            if !rows.isEmpty { return }
            try await Task.sleep(for: Self.look)
        }
    }

    /// The place of the newest settled event of the reader's types; nil when there is none.
    private func head() async throws -> EventPosition? {
        let rows = try await database.query(
            """
            SELECT epoch, txid::text AS place, sequence
              FROM events.log
             WHERE type = ANY (\(types.sorted()))
               AND (epoch < events.current_epoch() OR txid < pg_snapshot_xmin(pg_current_snapshot()))
             ORDER BY epoch DESC, txid DESC, sequence DESC
             LIMIT 1
            """)
        return try rows.first.map {
            EventPosition(epoch: try $0.decode("epoch"), transaction: try $0.decode("place"), sequence: try $0.decode("sequence"))
        }
    }
}
