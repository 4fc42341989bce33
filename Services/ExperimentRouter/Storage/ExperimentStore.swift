import Contracts
import EventLog
import Foundation
import Postgres

struct ExperimentStore: Sendable {
    /// Wakes every instance after an experiment has changed.
    static let channel = "router_experiments"

    let database: Database
    let log: EventLog

    /// Stores a new experiment. One of a capability runs at a time.
    func create(
        _ experiment: Experiment, stages: [String], alongside: @escaping @Sendable (Connection) async throws -> Void
    ) async throws {
        let text = try Self.text(experiment)
        try await database.transaction { connection in
            let written = try await connection.execute(
                """
                INSERT INTO experiments (id, capability, state, experiment, stages, created_at)
                     VALUES (\(experiment.id), \(experiment.capability), \(experiment.state.rawValue), \(text)::jsonb, \(stages),
                             \(experiment.createdAt))
                ON CONFLICT (capability) WHERE state = 'running' DO NOTHING
                """)
            guard written == 1 else {
                throw Problem(.experimentRunning, "An experiment of \(experiment.capability) is running: decide it first.")
            }
            try await alongside(connection)
            try await announce(experiment, on: connection)
        }
    }

    func find(_ id: String) async throws -> Experiment {
        let rows = try await database.query("SELECT experiment::text AS experiment FROM experiments WHERE id = \(id)")
        guard let row = rows.first else { throw Self.unknown(id) }
        return try Experiment(row: row)
    }

    /// Experiments before a cursor, newest first; of one capability when it is given.
    func list(capability: String?, before cursor: (time: Date, id: String)?, limit: Int) async throws -> [Experiment] {
        try await database.query(
            """
            SELECT experiment::text AS experiment
              FROM experiments
             WHERE (created_at, id) < (\(cursor?.time ?? .distantFuture)::timestamptz, \(cursor?.id ?? ""))
               AND (\(capability)::text IS NULL OR capability = \(capability))
             ORDER BY created_at DESC, id DESC
             LIMIT \(limit)
            """
        ).map(Experiment.init(row:))
    }

    func running() async throws -> [Experiment] {
        try await database.query("SELECT experiment::text AS experiment FROM experiments WHERE state = 'running'").map(
            Experiment.init(row:))
    }

    /// One element at first, after every change of an experiment, and after every reconnection.
    func changes() -> AsyncStream<String> { database.listen(Self.channel) }

    /// Moves a running experiment to a stage of its rollout.
    func move(_ id: String, to stage: String) async throws -> Experiment {
        try await database.transaction { connection in
            let (experiment, plan) = try await locked(id, on: connection)
            guard experiment.state == .running else { throw Problem(.experimentEnded, "Experiment \(id) is \(experiment.state.rawValue).") }
            let pending = try await connection.query("SELECT action FROM decisions WHERE experiment = \(id)")
            guard pending.isEmpty else { throw Problem(.conflict, "A promotion of experiment \(id) is under way.", retryAfter: 1) }
            let moved = try plan.moved(experiment, to: stage)
            if moved != experiment { try await write(moved, on: connection) }
            return moved
        }
    }

    /// The experiment with its row locked: competing changes queue up.
    func locked(_ id: String, on connection: Connection) async throws -> (Experiment, RolloutPlan) {
        let rows = try await connection.query("SELECT experiment::text AS experiment, stages FROM experiments WHERE id = \(id) FOR UPDATE")
        guard let row = rows.first else { throw Self.unknown(id) }
        return (try Experiment(row: row), RolloutPlan(stages: try row.decode("stages", as: [String].self)))
    }

    /// Writes a changed experiment and tells of it; the last statements of a transaction.
    func write(_ experiment: Experiment, on connection: Connection) async throws {
        try await connection.execute(
            """
            UPDATE experiments
               SET state = \(experiment.state.rawValue), experiment = \(try Self.text(experiment))::jsonb
             WHERE id = \(experiment.id)
            """)
        try await announce(experiment, on: connection)
    }

    private func announce(_ experiment: Experiment, on connection: Connection) async throws {
        _ = try await connection.query("SELECT pg_notify(\(Self.channel), '')")
        let event = EventEnvelope(
            source: ServiceName.experimentRouter.eventSource, type: EventType.experimentChanged,
            subject: "\(experiment.capability)/\(experiment.id)", data: try WireJSON.value(experiment))
        try await log.append(event, on: connection)
    }

    private static func unknown(_ id: String) -> Problem { Problem(.experimentUnknown, "There is no experiment \(id.prefix(64)).") }

    private static func text(_ experiment: Experiment) throws -> String { String(decoding: try WireJSON.encode(experiment), as: UTF8.self) }
}
