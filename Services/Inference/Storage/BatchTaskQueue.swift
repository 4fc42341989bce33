import Contracts
import Foundation
import Postgres

/// The queue of batch work, rows of Postgres: claimed by one worker at a time, taken up by another when its lease runs out.
///
/// Whatever changes a job and a task locks the job first.
struct BatchTaskQueue: Sendable {
    let database: Database

    /// The next task that nobody holds, now held by this worker; nil when there is none.
    func claim(worker: String, lease: Duration) async throws -> BatchTask? {
        let rows = try await database.query(
            """
               UPDATE batch_tasks
                  SET fence = nextval('batch_fences'), attempts = attempts + 1, worker = \(worker), rows_run = 0, noted_at = NULL,
                      lease_until = now() + make_interval(secs => \(lease.inSeconds))
                WHERE (job, place) = (SELECT job, place
                                        FROM batch_tasks
                                       WHERE part IS NULL AND not_before <= now() AND (lease_until IS NULL OR lease_until < now())
                                       ORDER BY place, ordinal
                                       LIMIT 1
                                         FOR UPDATE SKIP LOCKED)
            RETURNING job, place, kind, first, rows, fence, attempts
            """)
        return try rows.first.map { row in
            BatchTask(
                job: try row.decode("job"), place: try row.decode("place"), kind: try row.state("kind"), first: try row.decode("first"),
                rows: try row.decode("rows"), fence: try row.decode("fence"), attempt: try row.decode("attempts"))
        }
    }

    /// Holds a task for longer, and notes how many of its rows are done. Throws ``BatchLeaseLost``, also when the job was cancelled: its tasks
    /// are gone.
    func renew(_ task: BatchTask, lease: Duration, rowsRun: Int = 0) async throws {
        let held = try await database.execute(
            """
            UPDATE batch_tasks
               SET lease_until = now() + make_interval(secs => \(lease.inSeconds)), rows_run = least(rows, \(rowsRun)),
                   noted_at = CASE WHEN rows_run < \(rowsRun) THEN now() ELSE noted_at END
             WHERE job = \(task.job) AND place = \(task.place) AND fence = \(task.fence) AND part IS NULL
            """)
        guard held == 1 else { throw BatchLeaseLost() }
    }

    /// Lets a task go, to be claimed again after a pause. The fence rises: a renewal that is still under way must not hold it once more.
    ///
    /// - Parameter counts: whether this was one of the attempts that a task has; the stop of a worker is none.
    func release(_ task: BatchTask, pause seconds: Double, counts: Bool = true) async throws {
        try await database.execute(
            """
            UPDATE batch_tasks
               SET fence = nextval('batch_fences'), attempts = attempts - \(counts ? 0 : 1), lease_until = NULL, worker = NULL,
                   not_before = now() + make_interval(secs => \(seconds))
             WHERE job = \(task.job) AND place = \(task.place) AND fence = \(task.fence) AND part IS NULL
            """)
    }

    /// Makes the rest of a transaction the holder's alone. Throws ``BatchLeaseLost`` for anybody else, and when the job has ended.
    static func require(_ task: BatchTask, on connection: Connection) async throws {
        let jobs = try await connection.query(
            "SELECT 1 AS one FROM batch_jobs WHERE id = \(task.job) AND state IN ('queued', 'running') FOR UPDATE")
        guard !jobs.isEmpty else { throw BatchLeaseLost() }
        let tasks = try await connection.query(
            """
            SELECT 1 AS one
              FROM batch_tasks
             WHERE job = \(task.job) AND place = \(task.place) AND fence = \(task.fence) AND part IS NULL
               FOR UPDATE
            """)
        guard !tasks.isEmpty else { throw BatchLeaseLost() }
    }
}

extension Duration {
    /// As a number of seconds.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
