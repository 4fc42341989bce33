import Contracts
import Foundation
import MLflow
import Postgres

/// Runs of MLflow's API.
struct TrackedRunStore: Sendable {
    let database: Database

    /// Keeps a new run of an experiment, with the root of its artifacts.
    func add(_ new: NewTrackedRun, to experiment: Experiment, by subject: String) async throws -> TrackedRun {
        try experiment.requireActive()
        let run = TrackedRun(
            id: RunStore.newID(), team: experiment.team, experiment: experiment.id, name: new.name, status: .running, stage: .active,
            user: new.user, startTime: new.startTime, endTime: nil, tags: new.tags)
        try await database.execute(
            """
            WITH made AS (
                     INSERT INTO tracked_runs (id, team, experiment, name, status, user_id, start_time, created_by)
                          SELECT \(run.id), e.team, e.id, \(run.name), \(run.status.rawValue), \(run.user), \(run.startTime), \(subject)
                            FROM experiments AS e
                           WHERE e.team = \(experiment.team) AND e.id = \(experiment.id.number)
                       RETURNING id, team),
                 rooted AS (
                     INSERT INTO artifact_roots (id, root, team) SELECT id, \(run.root.description), team FROM made)
            INSERT INTO tracked_tags (run, key, value)
                 SELECT DISTINCT ON (t.key) m.id, t.key, t.value
                   FROM made AS m,
                        unnest(\(run.tags.map(\.key))::text[], \(run.tags.map(\.value))::text[]) WITH ORDINALITY AS t (key, value, n)
                  ORDER BY t.key, t.n DESC
            """)
        return run
    }

    /// A run, whatever its stage. Throws `RESOURCE_DOES_NOT_EXIST`, or `forbidden` for another team's.
    func find(_ id: String, scope: TeamScope) async throws -> TrackedRun {
        let rows = try await database.query("SELECT \(Self.columns) FROM tracked_runs AS r WHERE r.id = \(id)")
        guard let row = rows.first else { throw MLflowError.runNotFound(id) }
        let run = try TrackedRun(row: row)
        try scope.require(run.team)
        return run
    }

    /// Runs of experiments, one more than a page when there are more, and each one's place in the order.
    func search(
        _ search: PagedSearch, experiments: [ExperimentID], scope: TeamScope, view: ViewType, after: [SearchValue?]?, limit: Int
    ) async throws -> [(run: TrackedRun, place: [SearchValue?])] {
        let statement = SearchStatement(search, table: .runs)
        return try await database.query(
            """
            SELECT \(Self.columns), \(statement.places)
              FROM tracked_runs AS r \(statement.joins)
             WHERE \(Self.within(experiments, scope)) AND r.stage = ANY(\(view.stages)::text[])
               AND \(statement.condition) AND \(statement.following(after))
             ORDER BY \(statement.order)
             LIMIT \(limit + 1)
            """
        ).map { (try TrackedRun(row: $0), try statement.place(of: $0)) }
    }

    /// Records of these experiments, as far as they are the caller's. The experiment 0 is that of the caller's own team.
    static func within(_ experiments: [ExperimentID], _ scope: TeamScope) -> SQL {
        let numbers = experiments.map(\.number)
        // One experiment is read in the order of its index.
        if numbers.count == 1, !scope.reachesAll { return "r.team = \(scope.team) AND r.experiment = \(numbers[0])" }
        guard scope.reachesAll else { return "r.team = \(scope.team) AND r.experiment = ANY(\(numbers)::bigint[])" }
        return "r.experiment = ANY(\(numbers)::bigint[]) AND (r.experiment > 0 OR r.team = \(scope.team))"
    }

    /// Changes what a request gives: a run of the queue keeps the status that the queue gives it. Throws `INVALID_PARAMETER_VALUE` for a
    /// run that is put away.
    func change(_ run: TrackedRun, status: RunStatus?, endTime: Int64?, name: String?) async throws {
        let changed = try await database.execute(
            """
            WITH changed AS (
                     UPDATE tracked_runs
                        SET status = CASE WHEN queued THEN status ELSE coalesce(\(status?.rawValue), status) END,
                            end_time = CASE WHEN queued THEN end_time ELSE coalesce(\(endTime), end_time) END,
                            name = coalesce(\(name), name)
                      WHERE id = \(run.id) AND stage = 'active'
                  RETURNING id),
                 named AS (
                     INSERT INTO tracked_tags (run, key, value)
                          SELECT id, \(RunBatch.nameTag), \(name)::text FROM changed WHERE \(name)::text IS NOT NULL
                     ON CONFLICT (run, key) DO UPDATE SET value = excluded.value)
            SELECT id FROM changed
            """)
        guard changed == 1 else { throw MLflowError.runNotActive(run.id, stage: LifecycleStage.deleted.rawValue) }
    }

    /// Puts a run away, or takes it out again.
    func move(_ run: TrackedRun, to stage: LifecycleStage) async throws {
        try await database.execute("UPDATE tracked_runs SET stage = \(stage.rawValue) WHERE id = \(run.id)")
    }

    /// Throws `RESOURCE_DOES_NOT_EXIST` when there is no such tag.
    func removeTag(_ key: String, of run: TrackedRun) async throws {
        try Self.requireActive(run)
        let gone = try await database.execute("DELETE FROM tracked_tags WHERE run = \(run.id) AND key = \(key)")
        guard gone == 1 else { throw MLflowError.noTag(key, run: run.id) }
    }

    /// Notes datasets and logged models that a run reads or makes.
    func add(_ datasets: [DatasetInput], reads: [ModelUse] = [], makes: [ModelUse] = [], to run: TrackedRun) async throws {
        try Self.requireActive(run)
        try await database.transaction { connection in
            for dataset in datasets {
                let tags = JSONValue.array(dataset.tags.map { [.string($0.key), .string($0.value)] })
                try await connection.execute(
                    """
                    INSERT INTO tracked_datasets (run, name, digest, source_type, source, schema, profile, tags)
                         VALUES (\(run.id), \(dataset.name), \(dataset.digest), \(dataset.sourceType), \(dataset.source),
                                 \(dataset.schema), \(dataset.profile), \(try jsonText(tags))::jsonb)
                    ON CONFLICT (run, name, digest) DO NOTHING
                    """)
            }
            for (use, made) in reads.map({ ($0, false) }) + makes.map({ ($0, true) }) {
                try await connection.execute(
                    """
                    INSERT INTO tracked_models (run, model, made, step)
                         VALUES (\(run.id), \(use.model), \(made), \(use.step))
                    ON CONFLICT (run, made, model) DO NOTHING
                    """)
            }
        }
    }

    static func requireActive(_ run: TrackedRun) throws(MLflowError) {
        guard run.stage == .active else { throw .runNotActive(run.id, stage: run.stage.rawValue) }
    }

    static let columns: SQL = """
        r.id, r.team, r.experiment, r.name, r.status, r.stage, r.user_id, r.start_time, r.end_time,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(m.key, m.value::text, m.at, m.step) ORDER BY m.key), '[]')::text
                  FROM tracked_latest AS m WHERE m.run = r.id) AS metrics,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(p.key, p.value) ORDER BY p.key), '[]')::text
                  FROM tracked_params AS p WHERE p.run = r.id) AS params,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(t.key, t.value) ORDER BY t.key), '[]')::text
                  FROM tracked_tags AS t WHERE t.run = r.id) AS tags,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(d.name, d.digest, d.source_type, d.source, d.schema, d.profile, d.tags)
                                          ORDER BY d.ordinal), '[]')::text
                  FROM tracked_datasets AS d WHERE d.run = r.id) AS datasets,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(u.model, u.step) ORDER BY u.model), '[]')::text
                  FROM tracked_models AS u WHERE u.run = r.id AND NOT u.made) AS models_read,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(u.model, u.step) ORDER BY u.model), '[]')::text
                  FROM tracked_models AS u WHERE u.run = r.id AND u.made) AS models_made
        """
}
