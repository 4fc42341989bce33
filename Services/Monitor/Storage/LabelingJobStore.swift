import Contracts
import Foundation
import Postgres

/// Calls to labeling that wait to be made. A job is claimed for a while, so that a crash within the call only delays it.
struct LabelingJobStore: Sendable {
    struct Job: Sendable {
        let id: String
        let alarm: String
        let capability: String
        let body: NewTasks
        let attempts: Int
    }

    /// Seconds after which a claimed job whose claimer said nothing is tried again; longer than the call's deadline.
    private static let claim = 30

    let database: Database
    let alarms: AlarmStore

    /// Claims the job that has waited longest; nil when none is due.
    func claim() async throws -> Job? {
        try await database.query(
            """
            UPDATE labeling_jobs
               SET attempts = attempts + 1, next_at = now() + make_interval(secs => \(Self.claim))
             WHERE id = (SELECT id
                           FROM labeling_jobs
                          WHERE state = 'waiting' AND next_at <= now()
                          ORDER BY next_at
                          LIMIT 1
                            FOR UPDATE SKIP LOCKED)
            RETURNING id, alarm, capability, body, attempts
            """
        ).first.map { row in
            Job(
                id: try row.decode("id"), alarm: try row.decode("alarm"), capability: try row.decode("capability"),
                body: try row.json("body", as: NewTasks.self), attempts: try row.decode("attempts"))
        }
    }

    /// Notes that labeling has taken the tasks, once.
    func finish(_ job: Job) async throws {
        try await database.transaction { connection in
            // First, so that events of an alarm are in the log's order: a transaction's place there is taken by its first lock.
            _ = try await connection.query("SELECT 1 AS one FROM alarms WHERE id = \(job.alarm) FOR UPDATE")
            let done = try await connection.execute("UPDATE labeling_jobs SET state = 'done' WHERE id = \(job.id) AND state = 'waiting'")
            guard done == 1 else { return }
            try await alarms.addTasks(job.body.tasks.count, to: job.alarm, on: connection)
            try await alarms.tell(job.alarm, on: connection)
        }
    }

    /// Goes on with fewer tasks: labeling will never take the others, so that the alarm may ask for other rows.
    func shrink(_ job: Job, to rest: NewTasks, without dropped: [NewTask]) async throws {
        let origins = dropped.compactMap(\.origin)
        try await database.transaction { connection in
            try await connection.execute(
                """
                UPDATE alarm_rows k
                   SET refused = true
                  FROM unnest(\(origins.map { $0.requestId?.description ?? "" })::text[], \(origins.map { $0.row ?? 0 })::integer[])
                       AS d (request_id, row)
                 WHERE k.alarm = \(job.alarm) AND k.request_id = d.request_id AND k.row = d.row
                """)
            try await connection.execute(
                """
                UPDATE labeling_jobs
                   SET body = \(String(decoding: try WireJSON.encode(rest), as: UTF8.self)), tasks = \(rest.tasks.count), next_at = now(),
                       state = \(rest.tasks.isEmpty ? "refused" : "waiting")
                 WHERE id = \(job.id) AND state = 'waiting'
                """)
        }
    }

    /// Puts a job off.
    func postpone(_ job: Job, seconds: Double) async throws {
        try await database.execute(
            "UPDATE labeling_jobs SET next_at = now() + make_interval(secs => \(seconds)) WHERE id = \(job.id) AND state = 'waiting'")
    }

    /// Gives a job up that labeling will never take.
    func refuse(_ job: Job) async throws {
        try await database.execute("UPDATE labeling_jobs SET state = 'refused' WHERE id = \(job.id)")
    }
}
