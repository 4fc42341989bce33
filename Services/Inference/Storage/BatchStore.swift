import Contracts
import Foundation
import Postgres

/// Batch jobs as callers see them.
struct BatchStore: Sendable {
    /// What a new job is made of.
    struct Draft: Sendable {
        let job: BatchJob
        /// Digest of the model.
        let model: Digest
        let interface: Interface
        let fileFormat: TableFormat?
        let datasetVersion: DatasetVersion?
    }

    let database: Database

    /// Keeps a new job and queues its first task.
    func add(_ draft: Draft, remember: @escaping @Sendable (Connection) async throws -> Void = { _ in }) async throws {
        let job = draft.job
        let (input, interface) = (try jsonText(job.input), try jsonText(draft.interface))
        let outputs = try job.outputs.map { try jsonText($0) }
        let dataset = try draft.datasetVersion.map { try jsonText($0) }
        try await database.transaction { connection in
            try await connection.execute(
                """
                INSERT INTO batch_jobs (id, capability, version, model, team, state, input, format, outputs, interface, file_format,
                                        dataset_version, created_by, created_at)
                     VALUES (\(job.id), \(job.capability), \(job.version), \(draft.model.description), \(job.team), 'queued', \(input)::jsonb,
                             \(job.format.rawValue), \(outputs)::jsonb, \(interface)::jsonb, \(draft.fileFormat?.rawValue), \(dataset)::jsonb, \(job.createdBy),
                             \(job.createdAt))
                """)
            try await connection.execute("INSERT INTO batch_tasks (job, place, kind) VALUES (\(job.id), -1, 'prepare')")
            try await remember(connection)
        }
    }

    /// Jobs of a team (of all teams when nil) below a cursor, newest first, with the place of each.
    func list(team: String?, capability: String?, below ordinal: Int, limit: Int) async throws -> [(job: BatchJob, ordinal: Int)] {
        try await database.query(
            """
            SELECT \(Self.columns)
              FROM batch_jobs
             WHERE ordinal < \(ordinal) AND (\(capability)::text IS NULL OR capability = \(capability))
               AND (\(team)::text IS NULL OR team = \(team))
             ORDER BY ordinal DESC
             LIMIT \(limit)
            """
        ).map { (try BatchJob(row: $0), try $0.decode("ordinal")) }
    }

    /// Throws `jobUnknown`.
    func find(_ id: String) async throws -> BatchJob {
        let rows = try await database.query("SELECT \(Self.columns) FROM batch_jobs WHERE id = \(id)")
        guard let row = rows.first else { throw Problem(.jobUnknown, "There is no batch job \(id).") }
        return try BatchJob(row: row)
    }

    /// Ends a job; its tasks go, so that no worker can commit to it any more. Throws `jobEnded` when it has come to another end.
    func cancel(_ id: String) async throws -> BatchJob {
        try await database.transaction { connection in
            let rows = try await connection.query("SELECT state FROM batch_jobs WHERE id = \(id) FOR UPDATE")
            guard let row = rows.first else { throw Problem(.jobUnknown, "There is no batch job \(id).") }
            switch try row.state("state", as: BatchJob.State.self) {
            case .succeeded, .failed: throw Problem(.jobEnded, "The batch job \(id) has ended already.")
            case .cancelled: break
            case .queued, .running:
                try await connection.execute("UPDATE batch_jobs SET state = 'cancelled', ended_at = now() WHERE id = \(id)")
                try await connection.execute("DELETE FROM batch_tasks WHERE job = \(id)")
            }
            let job = try await connection.query("SELECT \(Self.columns) FROM batch_jobs WHERE id = \(id)").first
            guard let job else { throw Problem(.jobUnknown, "There is no batch job \(id).") }
            return try BatchJob(row: job)
        }
    }

    static let columns: SQL = """
        ordinal, id, capability, version, team, state, input::text AS input, format, outputs::text AS outputs, rows, rows_done, rows_refused,
        shards, shards_done, begun_at, last_at, output, output_bytes, error, created_by, created_at, started_at, ended_at,
        (SELECT coalesce(sum(rows_run), 0)::bigint FROM batch_tasks t WHERE t.job = batch_jobs.id AND t.part IS NULL) AS rows_run,
        (SELECT max(noted_at) FROM batch_tasks t WHERE t.job = batch_jobs.id AND t.part IS NULL) AS noted_at
        """
}
