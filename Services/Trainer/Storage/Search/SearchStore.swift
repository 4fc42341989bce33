import Contracts
import Foundation
import Postgres

/// Searches of parameters and their trials.
struct SearchStore: Sendable {
    let database: Database

    /// Keeps a new search and queues its first trials.
    func add(
        _ asked: NewSearch, of record: CapabilityRecord, by caller: String,
        remember: @escaping @Sendable (SearchRecord, Connection) async throws -> Void
    ) async throws -> SearchRecord {
        let id = RunStore.newID()
        return try await database.transaction { connection in
            try await connection.execute(
                """
                INSERT INTO searches (id, capability, team, state, asked, manifest_revision, manifest, created_at, created_by)
                     VALUES (\(id), \(record.name), \(record.team), 'running', \(try jsonText(asked))::jsonb, \(record.revision),
                             \(try jsonText(record.manifest))::jsonb, now(), \(caller))
                """)
            try await Self.consider(id, on: connection)
            let search = try await Self.read(id, on: connection).record
            try await remember(search, connection)
            return search
        }
    }

    /// Searches of a team (of all teams when nil) below a cursor, newest first, with the place of each and without leaderboards.
    func list(
        team: String? = nil, capability: String?, below ordinal: Int, limit: Int
    ) async throws -> [(search: SearchRecord, ordinal: Int)] {
        try await database.query(
            """
            SELECT \(StoredSearch.columns)
              FROM searches
             WHERE ordinal < \(ordinal) AND (\(capability)::text IS NULL OR capability = \(capability))
               AND (\(team)::text IS NULL OR team = \(team))
             ORDER BY ordinal DESC
             LIMIT \(limit)
            """
        ).map { row in
            var search = try StoredSearch(row: row).record
            search.leaderboard = nil
            return (search, try row.decode("ordinal"))
        }
    }

    /// A search with its leaderboard as it is by now. Throws `searchUnknown`.
    func find(_ id: String) async throws -> StoredSearch {
        try await database.withConnection { try await Self.read(id, on: $0) }
    }

    /// Every trial of a search, by combination and rung.
    func trials(_ id: String) async throws -> [SearchTrial] {
        try await database.withConnection { try await Self.trials(id, on: $0) }
    }

    /// Blobs with what each measured run said of the rows.
    func scores(_ id: String) async throws -> [String: Digest] {
        let rows = try await database.query("SELECT run, scores FROM search_trials WHERE search = \(id) AND scores IS NOT NULL")
        var scores: [String: Digest] = [:]
        for row in rows { scores[try row.decode("run")] = Digest(try row.decode("scores", as: String.self)) }
        return scores
    }

    /// Starts no more trials, and gives the runs that have not ended.
    func cancel(_ id: String) async throws -> [String] {
        try await database.transaction { connection in
            let changed = try await connection.execute(
                "UPDATE searches SET state = 'cancelled', ended_at = now(), outcome = 'Cancelled.' WHERE id = \(id) AND state = 'running'")
            let state = try await Self.read(id, on: connection).record.state
            guard changed == 1 || state == .cancelled else { throw Problem(.conflict, "Search \(id) has \(state.rawValue) already.") }
            return try await connection.query(
                "SELECT id FROM runs WHERE search = \(id) AND state IN ('queued', 'running') ORDER BY ordinal"
            ).map { try $0.decode("id") }
        }
    }

    /// Ends a search with what the comparison of its trials found, and queues a run of the crowned parameters that registers its model.
    func finish(_ job: Job, _ board: Leaderboard) async throws {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            let stored = try await Self.read(job.id, isLocked: true, on: connection)
            if stored.record.state == .running {
                let run = try await register(board.crowned, of: stored, on: connection)
                try await connection.execute(
                    """
                    UPDATE searches
                       SET state = 'finished', ended_at = now(), leaderboard = \(try jsonText(board.trials))::jsonb,
                           crowned = \(board.crowned?.run), registering = \(run), outcome = \(board.outcome)
                     WHERE id = \(job.id)
                    """)
            }
            try await JobQueue.finish(job, on: connection)
        }
    }

    /// Ends a search whose trials could not be compared.
    func fail(_ job: Job, error: String) async throws {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            try await connection.execute(
                "UPDATE searches SET state = 'finished', ended_at = now(), outcome = \(error) WHERE id = \(job.id) AND state = 'running'")
            try await JobQueue.finish(job, on: connection)
        }
    }

    private func register(_ crowned: SearchTrial?, of stored: StoredSearch, on connection: Connection) async throws -> String? {
        guard let crowned else { return nil }
        let run = try RunStore.queued(crowned.parameters, of: stored, search: nil)
        try await RunStore.add(run, team: stored.team, by: stored.caller, on: connection)
        return run.run.id
    }
}
