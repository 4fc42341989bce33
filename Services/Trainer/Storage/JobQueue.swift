import Foundation
import Postgres

/// The queue of work, rows of Postgres: claimed by one worker at a time, taken up by another when its lease runs out.
struct JobQueue: Sendable {
    let database: Database

    /// Queues a job in the transaction that makes what it is about.
    static func add(_ kind: Job.Kind, _ id: String, on connection: Connection) async throws {
        try await connection.execute("INSERT INTO jobs (kind, id) VALUES (\(kind.rawValue), \(id))")
    }

    /// The oldest job that nobody holds, now held by this worker; nil when there is none.
    func claim(worker: String, lease: Duration) async throws -> Job? {
        let rows = try await database.query(
            """
               UPDATE jobs
                  SET fence = fence + 1, attempts = attempts + 1, worker = \(worker),
                      lease_until = now() + make_interval(secs => \(lease.seconds))
                WHERE (kind, id) = (SELECT kind, id
                                      FROM jobs
                                     WHERE not_before <= now() AND (lease_until IS NULL OR lease_until < now())
                                     ORDER BY ordinal
                                     LIMIT 1
                                       FOR UPDATE SKIP LOCKED)
            RETURNING kind, id, fence, attempts
            """)
        return try rows.first.map { row in
            Job(
                kind: try row.state("kind"), id: try row.decode("id"), fence: try row.decode("fence"),
                attempt: try row.decode("attempts"))
        }
    }

    /// Holds a job for longer, and says whether somebody asked to cancel it. Throws ``LeaseLost``.
    func renew(_ job: Job, lease: Duration) async throws -> Bool {
        let rows = try await database.query(
            """
               UPDATE jobs
                  SET lease_until = now() + make_interval(secs => \(lease.seconds))
                WHERE kind = \(job.kind.rawValue) AND id = \(job.id) AND fence = \(job.fence)
            RETURNING cancel_asked
            """)
        guard let row = rows.first else { throw LeaseLost() }
        return try row.decode("cancel_asked")
    }

    /// Lets a job go, to be claimed again after a pause. The fence rises: a renewal that is still under way must not hold it once more.
    ///
    /// - Parameter counts: whether this was one of the attempts that a job has; the stop of a worker is none.
    func release(_ job: Job, pause seconds: Double, counts: Bool = true) async throws {
        try await database.execute(
            """
            UPDATE jobs
               SET fence = fence + 1, attempts = attempts - \(counts ? 0 : 1), lease_until = NULL, worker = NULL,
                   not_before = now() + make_interval(secs => \(seconds))
             WHERE kind = \(job.kind.rawValue) AND id = \(job.id) AND fence = \(job.fence)
            """)
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
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
