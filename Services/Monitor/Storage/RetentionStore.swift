import Postgres

/// Forgets what is older than the retention, a batch at a time, so that no statement holds many locks.
struct RetentionStore: Sendable {
    private static let batch = 5_000

    let database: Database

    /// Deletes one batch of each kind and gives how many rows that were. Segments are remembered four times as long: a spool that was
    /// away may send one late.
    func prune(days: Int) async throws -> Int {
        var deleted = 0
        for (table, age) in [("predictions", days), ("exposures", days), ("feedback", days), ("segments", 4 * days)] {
            deleted += try await database.execute(
                """
                DELETE FROM \(identifier: table)
                 WHERE ctid = ANY(ARRAY(SELECT ctid
                                          FROM \(identifier: table)
                                         WHERE received_at < now() - make_interval(days => \(age))
                                         LIMIT \(Self.batch)))
                """)
        }
        return deleted
    }
}
