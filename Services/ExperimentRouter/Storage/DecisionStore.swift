import Contracts
import EventLog
import Foundation
import Postgres

struct DecisionStore: Sendable {
    let experiments: ExperimentStore

    private var database: Database { experiments.database }

    /// Writes down that an experiment is to be promoted. Again it changes nothing: the first decision stands.
    func intend(_ id: String, reason: String?, by caller: String) async throws -> Decision {
        try await database.transaction { connection in
            let (experiment, _) = try await experiments.locked(id, on: connection)
            guard experiment.state != .rolledBack else { throw Self.ended(experiment) }
            if experiment.state == .running {
                try await connection.execute(
                    """
                    INSERT INTO decisions (experiment, action, reason, decided_by, decided_at)
                         VALUES (\(id), 'promote', \(reason), \(caller), \(Date.now))
                    ON CONFLICT DO NOTHING
                    """)
            }
            let rows = try await connection.query("SELECT reason, decided_by FROM decisions WHERE experiment = \(id)")
            guard let row = rows.first else { return Decision(experiment: experiment, reason: reason, decidedBy: caller) }
            return try Self.decision(row, on: experiment)
        }
    }

    /// Notes that the champion is the challenger now, and ends the experiment. Again it changes nothing.
    func finish(_ id: String) async throws -> Experiment {
        try await database.transaction { connection in
            let (experiment, _) = try await experiments.locked(id, on: connection)
            guard experiment.state == .running else { return experiment }
            try await connection.execute("UPDATE decisions SET finished_at = now() WHERE experiment = \(id)")
            return try await end(experiment, as: .promoted, on: connection)
        }
    }

    /// Takes a decision back that the registry refused: the experiment goes on.
    func withdraw(_ id: String) async throws {
        try await database.execute("DELETE FROM decisions WHERE experiment = \(id) AND finished_at IS NULL")
    }

    /// Ends an experiment with the champion where it is. Again it changes nothing.
    func rollBack(_ id: String, reason: String?, by caller: String) async throws -> Experiment {
        try await database.transaction { connection in
            let (experiment, _) = try await experiments.locked(id, on: connection)
            if experiment.state == .rolledBack { return experiment }
            guard experiment.state == .running else { throw Self.ended(experiment) }
            let written = try await connection.execute(
                """
                INSERT INTO decisions (experiment, action, reason, decided_by, decided_at, finished_at)
                     VALUES (\(id), 'rollback', \(reason), \(caller), \(Date.now), now())
                ON CONFLICT DO NOTHING
                """)
            guard written == 1 else { throw Problem(.conflict, "A promotion of experiment \(id) is under way.", retryAfter: 1) }
            return try await end(experiment, as: .rolledBack, on: connection)
        }
    }

    /// Promotions that were written down before a time and are not done.
    func pending(before time: Date) async throws -> [Decision] {
        try await database.query(
            """
            SELECT e.experiment::text AS experiment, d.reason, d.decided_by
              FROM decisions d
              JOIN experiments e ON e.id = d.experiment
             WHERE d.finished_at IS NULL AND d.decided_at < \(time)
             ORDER BY d.decided_at
            """
        ).map { row in try Self.decision(row, on: try Experiment(row: row)) }
    }

    private static func decision(_ row: Row, on experiment: Experiment) throws -> Decision {
        Decision(
            experiment: experiment, reason: try row.decode("reason", as: String?.self),
            decidedBy: try row.decode("decided_by", as: String.self))
    }

    private func end(_ experiment: Experiment, as state: Experiment.State, on connection: Connection) async throws -> Experiment {
        var ended = experiment
        ended.state = state
        ended.endedAt = Date.now.wholeMilliseconds
        try await experiments.write(ended, on: connection)
        return ended
    }

    private static func ended(_ experiment: Experiment) -> Problem {
        Problem(.experimentEnded, "Experiment \(experiment.id) is \(experiment.state.rawValue).")
    }
}

extension Date {
    /// As precise as the wire is, so that what is kept equals what was sent.
    var wholeMilliseconds: Date { Date(timeIntervalSince1970: (timeIntervalSince1970 * 1_000).rounded() / 1_000) }
}
