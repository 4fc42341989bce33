import Contracts
import Foundation
import Postgres
import Statistics

extension SearchStore {
    /// Queues what comes next in a search that goes on; its end, when nothing does. Called in the transaction that ends a trial.
    ///
    /// The search's row is locked, so that of two trials that end at once the second sees what the first did.
    static func consider(_ id: String, on connection: Connection) async throws {
        let stored = try await read(id, isLocked: true, on: connection)
        guard stored.record.state == .running else { return }
        // A trial must be able to end, whatever has become of its recipe meanwhile.
        guard let plan = try? stored.plan() else {
            return try await end(id, "The recipe does not take these parameters any more.", on: connection)
        }
        let progress = SearchProgress(plan, try await ended(id, on: connection))
        for step in progress.next { try await queue(step, of: stored, plan, on: connection) }
        if progress.isOver {
            try await JobQueue.add(.search, id, team: stored.team, priority: stored.record.asked.priority ?? 0, on: connection)
        }
    }

    private static func end(_ id: String, _ outcome: String, on connection: Connection) async throws {
        try await connection.execute(
            "UPDATE searches SET state = 'finished', ended_at = now(), outcome = \(outcome) WHERE id = \(id)")
    }

    /// Keeps how a trial did, in the transaction that ends its run.
    static func note(_ score: TrialScore, of run: String, on connection: Connection) async throws {
        try await connection.execute(
            """
            UPDATE search_trials
               SET value = \(score.value), lower = \(score.interval?.lower), upper = \(score.interval?.upper), rows = \(score.rows),
                   scores = \(score.blob.description)
             WHERE run = \(run)
            """)
    }

    /// - Parameter isLocked: whether nobody else may change the search before the transaction ends.
    static func read(_ id: String, isLocked: Bool = false, on connection: Connection) async throws -> StoredSearch {
        let lock: SQL = isLocked ? "FOR UPDATE" : ""
        let rows = try await connection.query("SELECT \(StoredSearch.columns) FROM searches WHERE id = \(id) \(lock)")
        guard let row = rows.first else { throw Problem(.searchUnknown, "There is no search \(id).") }
        return try StoredSearch(row: row)
    }

    static func trials(_ id: String, on connection: Connection) async throws -> [SearchTrial] {
        try await connection.query(
            """
            SELECT t.combination, t.rung, t.run, r.state, r.parameters::text AS parameters, t.value, t.lower, t.upper, t.rows
              FROM search_trials AS t
                   JOIN runs AS r
                     ON r.id = t.run
             WHERE t.search = \(id)
             ORDER BY t.combination, t.rung
            """
        ).map { row in
            SearchTrial(
                trial: try row.decode("combination"), rung: try row.decode("rung"), run: try row.decode("run"),
                state: try row.state("state"), parameters: try row.json("parameters"), value: try row.decode("value"),
                lower: try row.decode("lower"), upper: try row.decode("upper"), rows: try row.decode("rows"))
        }
    }

    /// Trials in the order in which they ended; those that run come last.
    private static func ended(_ id: String, on connection: Connection) async throws -> [SearchTrial] {
        let order = try await connection.query(
            "SELECT id FROM runs WHERE search = \(id) AND ended_at IS NOT NULL ORDER BY ended_at, ordinal"
        ).map { try $0.decode("id", as: String.self) }
        let places = Dictionary(order.enumerated().map { ($1, $0) }) { first, _ in first }
        return try await trials(id, on: connection).sorted { places[$0.run] ?? .max < places[$1.run] ?? .max }
    }

    private static func queue(
        _ step: SearchProgress.Step, of stored: StoredSearch, _ plan: SearchPlan, on connection: Connection
    ) async throws {
        let run = try RunStore.queued(
            plan.parameters(of: step.combination, rung: step.rung), of: stored, search: stored.record.id)
        try await RunStore.add(run, team: stored.team, by: stored.caller, on: connection)
        try await connection.execute(
            """
            INSERT INTO search_trials (search, combination, rung, run)
                 VALUES (\(stored.record.id), \(step.combination), \(step.rung), \(run.run.id))
            """)
    }
}

extension SearchProgress {
    init(_ plan: SearchPlan, _ trials: [SearchTrial]) {
        self.init(
            combinations: plan.combinations.count, rungs: max(1, plan.rungs.count), factor: plan.factor, parallel: plan.parallel,
            patience: plan.asked.patience,
            trials: trials.map { trial in
                let state: Trial.State =
                    switch trial.state {
                    case .queued, .running: .running
                    case .succeeded where trial.value != nil: .measured(trial.score(plan.higherIsBetter))
                    case .succeeded, .failed, .cancelled: .failed
                    }
                return Trial(combination: trial.trial, rung: trial.rung, state: state)
            })
    }
}
