import Contracts
import Postgres

/// How many jobs of each team may run at once.
struct QuotaStore: Sendable {
    let queue: JobQueue

    /// A team's quota and what it has in the queue.
    func find(_ team: String) async throws -> TeamQuota {
        let rows = try await queue.database.query(
            """
            SELECT coalesce((SELECT most FROM team_quotas WHERE team = \(team)), \(queue.standardQuota)) AS quota,
                   count(*) FILTER (WHERE lease_until > now()) AS running,
                   count(*) FILTER (WHERE lease_until IS NULL OR lease_until <= now()) AS waiting
              FROM jobs
             WHERE team = \(team)
            """)
        guard let row = rows.first else { throw Problem(.internalError) }
        return TeamQuota(
            team: team, limit: try row.decode("quota"), running: try row.decode("running"), waiting: try row.decode("waiting"))
    }

    /// Sets a team's quota. What runs already goes on.
    func set(_ limit: Int, of team: String, by caller: String) async throws -> TeamQuota {
        try await queue.database.execute(
            """
            INSERT INTO team_quotas (team, most, changed_by, changed_at)
                 VALUES (\(team), \(limit), \(caller), now())
            ON CONFLICT (team) DO UPDATE SET most = excluded.most, changed_by = excluded.changed_by, changed_at = excluded.changed_at
            """)
        return try await find(team)
    }
}
