import Contracts
import Foundation
import Postgres
import Scheduling

/// Batch jobs as their workers change them: each change in one transaction that only the holder of the task may make.
extension BatchStore {
    /// The job of a task, running from now on. Throws ``BatchLeaseLost`` when it has ended.
    func start(_ task: BatchTask) async throws -> StoredBatchJob {
        let rows = try await database.query(
            """
               UPDATE batch_jobs
                  SET state = 'running', started_at = coalesce(started_at, now())
                WHERE id = \(task.job) AND state IN ('queued', 'running')
            RETURNING \(Self.columns), model, interface::text AS interface, file_format, dataset_version::text AS dataset_version, source,
                      source_is_upload, chunk_rows, shard_rows
            """)
        guard let row = rows.first else { throw BatchLeaseLost() }
        return try StoredBatchJob(row: row)
    }

    /// The job is prepared: its shards can be claimed.
    func cut(_ task: BatchTask, rows: Int, plan: BatchPlan, source: Digest, isUpload: Bool) async throws {
        let shards = plan.shards(of: rows)
        try await promptly { connection in
            try await BatchTaskQueue.require(task, on: connection)
            try await connection.execute("DELETE FROM batch_tasks WHERE job = \(task.job)")
            try await connection.execute(
                """
                INSERT INTO batch_tasks (job, place, kind, first, rows)
                     SELECT \(task.job), place, 'shard', place * \(plan.shardRows)::bigint,
                            least(\(plan.shardRows)::bigint, \(rows)::bigint - place * \(plan.shardRows)::bigint)
                       FROM generate_series(0, \(shards)::integer - 1) AS s (place)
                """)
            try await connection.execute(
                """
                UPDATE batch_jobs
                   SET rows = \(rows), shards = \(shards), chunk_rows = \(plan.chunkRows), shard_rows = \(plan.shardRows),
                       source = \(source.description), source_is_upload = \(isUpload), begun_at = now()
                 WHERE id = \(task.job)
                """)
        }
    }

    /// A shard is done: its part counts, and its rows. The last one queues the joining of the parts; gives whether this was it.
    @discardableResult
    func commit(_ task: BatchTask, part: Digest, refused: Int) async throws -> Bool {
        try await promptly { connection in
            try await BatchTaskQueue.require(task, on: connection)
            try await connection.execute(
                """
                UPDATE batch_tasks
                   SET part = \(part.description), lease_until = NULL
                 WHERE job = \(task.job) AND place = \(task.place)
                """)
            let rows = try await connection.query(
                """
                   UPDATE batch_jobs
                      SET rows_done = rows_done + \(task.rows), rows_refused = rows_refused + \(refused), shards_done = shards_done + 1,
                          last_at = clock_timestamp()
                    WHERE id = \(task.job)
                RETURNING shards_done = shards AS is_last
                """)
            guard try rows.first?.decode("is_last", as: Bool.self) == true else { return false }
            try await connection.execute("INSERT INTO batch_tasks (job, place, kind) VALUES (\(task.job), -1, 'join')")
            return true
        }
    }

    /// Begins a job anew: what its shards have made is not there any more, or not whole.
    func restart(_ task: BatchTask) async throws {
        try await promptly { connection in
            try await BatchTaskQueue.require(task, on: connection)
            try await connection.execute("DELETE FROM batch_tasks WHERE job = \(task.job)")
            try await connection.execute(
                """
                UPDATE batch_jobs
                   SET rows_done = 0, rows_refused = 0, shards_done = 0, rows = NULL, shards = NULL, begun_at = NULL, last_at = NULL
                 WHERE id = \(task.job)
                """)
            try await connection.execute(
                "INSERT INTO batch_tasks (job, place, kind, attempts) VALUES (\(task.job), -1, 'prepare', \(task.attempt))")
        }
    }

    /// Parts of all shards, in order.
    func parts(_ task: BatchTask) async throws -> [Digest] {
        let rows = try await database.query(
            "SELECT part FROM batch_tasks WHERE job = \(task.job) AND kind = 'shard' ORDER BY place")
        return try rows.map { row in
            guard let part = try row.decode("part", as: String?.self).flatMap({ Digest($0) }) else { throw BatchLeaseLost() }
            return part
        }
    }

    /// Ends a job well. The body runs in the transaction, when nobody else can end the job.
    func finish(_ task: BatchTask, output: Digest, bytes: Int, _ body: @escaping @Sendable (Connection) async throws -> Void) async throws {
        try await promptly { connection in
            try await BatchTaskQueue.require(task, on: connection)
            try await body(connection)
            try await connection.execute(
                """
                UPDATE batch_jobs
                   SET state = 'succeeded', output = \(output.description), output_bytes = \(bytes), ended_at = now()
                 WHERE id = \(task.job)
                """)
            try await connection.execute("DELETE FROM batch_tasks WHERE job = \(task.job)")
        }
    }

    /// Ends a job with a reason.
    func fail(_ task: BatchTask, error: String) async throws {
        try await promptly { connection in
            try await BatchTaskQueue.require(task, on: connection)
            try await connection.execute(
                "UPDATE batch_jobs SET state = 'failed', error = \(error), ended_at = now() WHERE id = \(task.job)")
            try await connection.execute("DELETE FROM batch_tasks WHERE job = \(task.job)")
        }
    }

    /// A transaction that idle threads do not hold up: it locks rows that callers and leases wait for.
    private func promptly<Value: Sendable>(_ body: @escaping @Sendable (Connection) async throws -> Value) async throws -> Value {
        try await IdleExecutor.promptly { try await database.transaction(body) }
    }

    /// How long a row of a model takes: what was measured first, whoever asks.
    func pace(of model: Digest, measured seconds: @Sendable () async throws -> Double?) async throws -> Double? {
        let known = try await database.query("SELECT seconds_per_row FROM batch_paces WHERE model = \(model.description)")
        if let row = known.first { return try row.decode("seconds_per_row") }
        guard let measured = try await seconds() else { return nil }
        try await database.execute(
            "INSERT INTO batch_paces (model, seconds_per_row) VALUES (\(model.description), \(measured)) ON CONFLICT (model) DO NOTHING")
        return try await database.query("SELECT seconds_per_row FROM batch_paces WHERE model = \(model.description)").first?.decode(
            "seconds_per_row")
    }

    /// Jobs of these ids that have not ended.
    func live() async throws -> Set<String> {
        Set(try await database.query("SELECT id FROM batch_jobs WHERE state IN ('queued', 'running')").map { try $0.decode("id") })
    }
}
