import Contracts
import Foundation
import Postgres

struct SuiteStore: Sendable {
    /// A suite as its worker needs it.
    struct Stored: Sendable {
        let suite: SuiteRun
        /// Nil for the newest.
        let askedDataset: Int?
    }

    let database: Database

    /// Keeps a new suite and queues it.
    func add(
        _ asked: NewSuite, team: String, by caller: String,
        remember: @escaping @Sendable (SuiteRun, Connection) async throws -> Void
    ) async throws -> SuiteRun {
        let id = UUID().uuidString.lowercased()
        return try await database.transaction { connection in
            try await Self.add(id: id, asked, team: team, by: caller, on: connection)
            let suite = try await read(id, on: connection).suite
            try await remember(suite, connection)
            return suite
        }
    }

    static func add(
        id: String, _ asked: NewSuite, team: String, by caller: String, on connection: Connection
    ) async throws {
        try await connection.execute(
            """
            INSERT INTO suites (id, capability, team, version, alias, run, seeds, asked_dataset, state, created_at, created_by)
                 VALUES (\(id), \(asked.capability), \(team), \(asked.version), \(asked.alias), \(asked.run), \(asked.seeds),
                         \(asked.dataset), 'queued', now(), \(caller))
            """)
        try await JobQueue.add(.suite, id, team: team, on: connection)
    }

    /// Suites of a team (of all teams when nil) below a cursor, newest first, with the place of each.
    func list(
        team: String? = nil, capability: String?, below ordinal: Int, limit: Int
    ) async throws -> [(suite: SuiteRun, ordinal: Int)] {
        try await database.query(
            """
            SELECT \(Self.columns)
              FROM suites
             WHERE ordinal < \(ordinal) AND (\(capability)::text IS NULL OR capability = \(capability))
               AND (\(team)::text IS NULL OR team = \(team))
             ORDER BY ordinal DESC
             LIMIT \(limit)
            """
        ).map { (try SuiteRun(row: $0), try $0.decode("ordinal")) }
    }

    /// Throws `suiteUnknown`.
    func find(_ id: String) async throws -> (suite: SuiteRun, team: String) {
        let rows = try await database.query("SELECT \(Self.columns) FROM suites WHERE id = \(id)")
        guard let row = rows.first else { throw Problem(.suiteUnknown, "There is no suite run \(id).") }
        return (try SuiteRun(row: row), try row.decode("team"))
    }

    /// The newest report on any model of a capability; nil while there is none.
    func newestReport(of capability: String) async throws -> SuiteReport? {
        try await database.query(
            """
            SELECT report::text AS report
              FROM suites
             WHERE capability = \(capability) AND report IS NOT NULL
             ORDER BY ordinal DESC
             LIMIT 1
            """
        ).first?.json("report")
    }

    /// The suite of a job, running from now on.
    func start(_ job: Job) async throws -> Stored {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            try await connection.execute(
                "UPDATE suites SET state = 'running', error = NULL WHERE id = \(job.id)")
            return try await read(job.id, on: connection)
        }
    }

    /// Fixes which dataset version the suite reads, for every attempt at it.
    func fix(dataset version: Int, for job: Job) async throws {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            try await connection.execute(
                "UPDATE suites SET asked_dataset = \(version) WHERE id = \(job.id)")
        }
    }

    /// Ends a suite with its report, which the blob store keeps under the digest.
    func finish(_ job: Job, _ report: SuiteReport, digest: Digest) async throws {
        try await end(job, .finished, report: report, digest: digest, error: nil)
    }

    /// Ends a suite without a report.
    func fail(_ job: Job, error: String) async throws {
        try await end(job, .failed, report: nil, error: error)
    }

    /// Back to the queue, with the reason why the attempt came to nothing.
    func requeue(_ job: Job, error: String) async throws {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            try await connection.execute(
                "UPDATE suites SET state = 'queued', error = \(error) WHERE id = \(job.id)")
        }
    }

    private func end(
        _ job: Job, _ state: SuiteRun.State, report: SuiteReport?, digest: Digest? = nil, error: String?
    ) async throws {
        let text = try report.map { try jsonText($0) }
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            try await connection.execute(
                """
                UPDATE suites
                   SET state = \(state.rawValue), report = \(text)::jsonb, digest = \(digest?.description), error = \(error)
                 WHERE id = \(job.id)
                """)
            try await JobQueue.finish(job, on: connection)
        }
    }

    private func read(_ id: String, on connection: Connection) async throws -> Stored {
        let rows = try await connection.query(
            "SELECT \(Self.columns), asked_dataset FROM suites WHERE id = \(id)")
        guard let row = rows.first else { throw Problem(.suiteUnknown, "There is no suite run \(id).") }
        return Stored(suite: try SuiteRun(row: row), askedDataset: try row.decode("asked_dataset"))
    }

    static let columns: SQL = """
        ordinal, id, capability, team, version, alias, run, seeds, state, report::text AS report, digest, error, created_at
        """
}

extension SuiteRun {
    init(row: Row) throws {
        self.init(
            id: try row.decode("id"), capability: try row.decode("capability"),
            version: try row.decode("version"),
            alias: try row.decode("alias"), run: try row.decode("run"), seeds: try row.decode("seeds"),
            state: try row.state("state"),
            report: try row.optionalJSON("report"),
            digest: try row.decode("digest", as: String?.self).flatMap { Digest($0) },
            error: try row.decode("error"), createdAt: try row.decode("created_at"))
    }
}
