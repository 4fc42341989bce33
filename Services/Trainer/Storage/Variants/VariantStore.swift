import Contracts
import Foundation
import Postgres

/// Runs that make device variants.
struct VariantStore: Sendable {
    /// A run as its worker needs it.
    struct Stored: Sendable {
        let run: VariantRun
        /// Nil for the newest.
        let askedDataset: Int?
    }

    let database: Database

    /// Keeps a new run and queues it.
    func add(
        _ run: VariantRun, dataset: Int?, team: String, by caller: String,
        remember: @escaping @Sendable (Connection) async throws -> Void
    ) async throws {
        try await database.transaction { connection in
            try await connection.execute(
                """
                INSERT INTO variant_runs (id, capability, team, version, asked_dataset, precisions, state, created_at, created_by)
                     VALUES (\(run.id), \(run.capability), \(team), \(run.version), \(dataset), \(run.precisions), \(run.state.rawValue),
                             \(run.createdAt), \(caller))
                """)
            try await JobQueue.add(.variants, run.id, team: team, on: connection)
            try await remember(connection)
        }
    }

    /// Runs of a team (of all teams when nil) below a cursor, newest first, with the place of each.
    func list(
        team: String? = nil, capability: String?, below ordinal: Int, limit: Int
    ) async throws -> [(run: VariantRun, ordinal: Int)] {
        try await database.query(
            """
            SELECT \(Self.columns)
              FROM variant_runs
             WHERE ordinal < \(ordinal) AND (\(capability)::text IS NULL OR capability = \(capability))
               AND (\(team)::text IS NULL OR team = \(team))
             ORDER BY ordinal DESC
             LIMIT \(limit)
            """
        ).map { (try VariantRun(row: $0), try $0.decode("ordinal")) }
    }

    /// Throws `variantsUnknown`.
    func find(_ id: String) async throws -> (run: VariantRun, team: String) {
        let rows = try await database.query("SELECT \(Self.columns) FROM variant_runs WHERE id = \(id)")
        guard let row = rows.first else { throw Problem(.variantsUnknown, "There is no run of device variants \(id).") }
        return (try VariantRun(row: row), try row.decode("team"))
    }

    /// The run of a job, running from now on.
    func start(_ job: Job) async throws -> Stored {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            let rows = try await connection.query(
                """
                   UPDATE variant_runs
                      SET state = 'running', error = NULL
                    WHERE id = \(job.id)
                RETURNING \(Self.columns), asked_dataset
                """)
            guard let row = rows.first else { throw Problem(.variantsUnknown, "There is no run of device variants \(job.id).") }
            return Stored(run: try VariantRun(row: row), askedDataset: try row.decode("asked_dataset"))
        }
    }

    /// Fixes which dataset version is read, for every attempt.
    func fix(dataset version: Int, for job: Job) async throws {
        try await change(job, "UPDATE variant_runs SET dataset = \(version), asked_dataset = \(version) WHERE id = \(job.id)")
    }

    /// Ends a run with what became of each precision.
    func finish(_ job: Job, _ outcomes: [VariantRun.Outcome]) async throws {
        try await end(job, "state = 'finished', outcomes = \(try jsonText(outcomes))::jsonb")
    }

    /// Ends a run that came to nothing.
    func fail(_ job: Job, error: String) async throws {
        try await end(job, "state = 'failed', error = \(error)")
    }

    /// Back to the queue, with the reason why the attempt came to nothing.
    func requeue(_ job: Job, error: String) async throws {
        try await change(job, "UPDATE variant_runs SET state = 'queued', error = \(error) WHERE id = \(job.id)")
    }

    private func change(_ job: Job, _ statement: SQL) async throws {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            try await connection.execute(statement)
        }
    }

    private func end(_ job: Job, _ change: SQL) async throws {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            try await connection.execute("UPDATE variant_runs SET \(change) WHERE id = \(job.id)")
            try await JobQueue.finish(job, on: connection)
        }
    }

    private static let columns: SQL = """
        ordinal, id, capability, team, version, dataset, precisions, state, outcomes::text AS outcomes, error, created_at
        """
}

extension VariantRun {
    init(row: Row) throws {
        self.init(
            id: try row.decode("id"), capability: try row.decode("capability"), version: try row.decode("version"),
            dataset: try row.decode("dataset"), precisions: try row.decode("precisions"), state: try row.state("state"),
            outcomes: try row.json("outcomes"), error: try row.decode("error"), createdAt: try row.decode("created_at"))
    }
}
