import Foundation
import Postgres

/// The queue of work, rows of Postgres: claimed by one worker at a time, taken up by another when its lease runs out.
///
/// Rows are read, changed by the rules of ``JobLease``, and written, each in one transaction that holds the row.
struct JobQueue: Sendable {
    /// Claims wait for each other, since a quota counts what others hold.
    private static let claimLock = 7_203_114

    let database: Database
    /// Most jobs at once of a team that has no quota of its own.
    var standardQuota = 1_000

    /// Queues a job in the transaction that makes what it is about.
    ///
    /// - Parameter timeout: seconds from its first claim on.
    static func add(
        _ kind: Job.Kind, _ id: String, team: String, priority: Int = 0, timeout: Int = QueueRules.standardTimeout,
        on connection: Connection
    ) async throws {
        try await connection.execute(
            """
            INSERT INTO jobs (kind, id, team, priority, timeout_seconds)
                 VALUES (\(kind.rawValue), \(id), \(team), \(priority), \(timeout))
            """)
    }

    /// The job that is next, now held by this worker; nil when there is none.
    func claim(worker: String, lease: Duration) async throws -> Job? {
        let waiting = try await database.query(
            "SELECT 1 AS one FROM jobs WHERE not_before <= now() AND (lease_until IS NULL OR lease_until <= now()) LIMIT 1")
        guard !waiting.isEmpty else { return nil }
        return try await database.transaction { connection in
            _ = try await connection.query("SELECT pg_advisory_xact_lock(\(Self.claimLock))")
            guard let next = TeamHead.next(try await heads(on: connection)) else { return nil }
            return try await Self.change(next.job, on: connection) { held, now -> Job? in
                let isOverdue = held.isOverdue(at: now)
                guard held.claim(at: now, for: lease.seconds) else { return nil }
                return Job(
                    kind: next.job.kind, id: next.job.id, fence: held.fence, attempt: held.attempts, losses: held.losses,
                    isOverdue: isOverdue)
            } worker: {
                $0 == nil ? nil : worker
            } ?? nil
        }
    }

    /// Holds a job for longer, and says what the holder must know. Throws ``LeaseLost``.
    func renew(_ job: Job, lease: Duration) async throws -> JobLease.Renewal {
        let renewal = try await database.transaction { connection in
            try await Self.change(job.key, on: connection) { $0.renew(fence: job.fence, at: $1, for: lease.seconds) }
        }
        guard let renewal, renewal != .lost else { throw LeaseLost() }
        return renewal
    }

    /// Lets a job go, to be claimed again after a pause. The fence rises: a renewal that is still under way must not hold it once more.
    ///
    /// - Parameter counts: whether this was one of the attempts that a job has; the stop of a worker is none.
    func release(_ job: Job, pause seconds: Double, counts: Bool = true) async throws {
        _ = try await database.transaction { connection in
            try await Self.change(job.key, on: connection) {
                $0.release(fence: job.fence, at: $1, pause: seconds, counts: counts)
            } worker: { _ in
                nil
            }
        }
    }

    /// Makes the rest of a transaction the holder's alone. Throws ``LeaseLost`` for anybody else.
    static func require(_ job: Job, on connection: Connection) async throws {
        let rows = try await connection.query(
            "SELECT 1 AS one FROM jobs WHERE kind = \(job.kind.rawValue) AND id = \(job.id) AND fence = \(job.fence) FOR UPDATE")
        guard !rows.isEmpty else { throw LeaseLost() }
    }

    /// Takes a job off the queue, in the transaction that ends it. Throws ``LeaseLost``.
    static func finish(_ job: Job, on connection: Connection) async throws {
        let done = try await connection.execute(
            "DELETE FROM jobs WHERE kind = \(job.kind.rawValue) AND id = \(job.id) AND fence = \(job.fence)")
        guard done == 1 else { throw LeaseLost() }
    }

    /// Each team's next job.
    private func heads(on connection: Connection) async throws -> [TeamHead] {
        try await connection.query(
            """
              SELECT DISTINCT ON (j.team) j.kind, j.id, j.team, j.priority, j.ordinal, coalesce(q.most, \(standardQuota)) AS quota,
                     (SELECT count(*) FROM jobs AS h WHERE h.team = j.team AND h.lease_until > clock_timestamp()) AS held
                FROM jobs AS j
                     LEFT JOIN team_quotas AS q
                            ON q.team = j.team
               WHERE j.not_before <= clock_timestamp() AND (j.lease_until IS NULL OR j.lease_until <= clock_timestamp())
               ORDER BY j.team, j.priority DESC, j.ordinal
            """
        ).map { row in
            TeamHead(
                job: Job.Key(kind: try row.state("kind"), id: try row.decode("id")), team: try row.decode("team"),
                priority: try row.decode("priority"), ordinal: try row.decode("ordinal"), held: try row.decode("held"),
                quota: try row.decode("quota"))
        }
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
