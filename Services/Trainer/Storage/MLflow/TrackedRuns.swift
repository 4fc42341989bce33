import Contracts
import Foundation
import MLflow
import Postgres

/// Runs of the queue as MLflow's API shows them: written in the transactions that change those runs.
enum TrackedRuns {
    /// Notes a run that was queued: in the team's experiment of its capability's name, with its parameters as params.
    static func queued(_ run: TrainingRun, team: String, by subject: String, on connection: Connection) async throws {
        let now = run.createdAt.milliseconds
        // Two inserts and no join: what another transaction has just made is seen by the second statement only.
        try await connection.execute(
            """
            INSERT INTO experiments (team, id, name, created_at, updated_at)
                 SELECT \(team), nextval('experiment_ids'), \(run.capability), \(now), \(now)
                  WHERE NOT EXISTS (SELECT 1 FROM experiments AS e WHERE e.team = \(team) AND e.name = \(run.capability))
            ON CONFLICT DO NOTHING
            """)
        let name = "\(run.recipe)-\(run.id.prefix(8))"
        let made = try await connection.query(
            """
            INSERT INTO tracked_runs (id, ordinal, team, experiment, name, status, user_id, start_time, queued, created_by)
                 SELECT r.id, r.ordinal, e.team, e.id, \(name), \(RunStatus(run.state).rawValue), \(subject), \(now), true, \(subject)
                   FROM experiments AS e, runs AS r
                  WHERE e.team = \(team) AND e.name = \(run.capability) AND r.id = \(run.id)
              RETURNING experiment
            """)
        guard let row = made.first else { return }
        let experiment = ExperimentID(number: try row.decode("experiment"))
        try await ArtifactOwners.add(.run(experiment: experiment.description, run: run.id), team: team, on: connection)
        try await TrackedRunStore.write(tags: tags(of: run, name: name, subject), of: run.id, on: connection)
        let params = try run.parameters.sorted { $0.key < $1.key }.map { ($0.key, try text($0.value)) }
        guard !params.isEmpty else { return }
        try await connection.execute(
            """
            INSERT INTO tracked_params (run, key, value)
                 SELECT \(run.id), key, value FROM unnest(\(params.map(\.0))::text[], \(params.map(\.1))::text[]) AS p (key, value)
            """)
    }

    /// Follows a run that was started, ended or queued again.
    static func changed(_ run: TrainingRun, on connection: Connection) async throws {
        try await connection.execute(
            """
            UPDATE tracked_runs
               SET status = \(RunStatus(run.state).rawValue), end_time = \(run.endedAt?.milliseconds)
             WHERE id = \(run.id) AND queued
            """)
    }

    /// Keeps what a run measured. A run that is taken up again measures the same steps once more: the newest time counts.
    static func logged(
        _ key: String, _ points: [(step: Int, value: Double, at: Date)], run: String, on connection: Connection
    ) async throws {
        let metrics = points.map {
            MetricPoint(key: key, value: MetricNumber.stored($0.value), at: $0.at.milliseconds, step: Int64($0.step))
        }
        try await TrackedRunStore.write(metrics: metrics, of: run, on: connection)
    }

    private static func tags(of run: TrainingRun, name: String, _ subject: String) -> [KeyValue] {
        let facts: [(String, String?)] = [
            (RunBatch.nameTag, name), ("mlflow.user", subject), ("mlflow.source.type", "JOB"), ("mlflow.source.name", run.recipe),
            ("mlmesh.capability", run.capability), ("mlmesh.recipe", run.recipe), ("mlmesh.seed", String(run.seed)),
            ("mlmesh.manifest_revision", String(run.manifestRevision)), ("mlmesh.search", run.search),
            ("mlmesh.reproduces", run.reproduces),
        ]
        return facts.compactMap { key, value in value.map { KeyValue(key: key, value: $0) } }
    }

    private static func text(_ value: JSONValue) throws -> String {
        Limits.storedParamValue(try value.stringValue ?? jsonText(value))
    }
}
