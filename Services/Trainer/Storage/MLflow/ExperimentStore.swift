import Contracts
import Foundation
import MLflow
import Postgres
import Synchronization

/// Experiments of MLflow's API. Each belongs to a team; the experiment 0 is each team's own.
final class ExperimentStore: Sendable {
    let database: Database
    /// Teams whose experiment 0 is known to be there: it is put away at most, and never removed.
    private let teams = Mutex<Set<String>>([])

    init(database: Database) { self.database = database }

    /// Makes a team's experiment 0 unless it is there.
    func provide(for team: String) async throws {
        guard !teams.withLock({ $0.contains(team) }) else { return }
        let now = Date.now.milliseconds
        try await database.execute(
            """
            INSERT INTO experiments (team, id, name, created_at, updated_at)
                 VALUES (\(team), 0, \(ExperimentID.defaultName), \(now), \(now))
            ON CONFLICT DO NOTHING
            """)
        teams.withLock { _ = $0.insert(team) }
    }

    /// The id of a new experiment. Throws `RESOURCE_ALREADY_EXISTS` for a name that is taken, even by one that is put away.
    func add(_ name: String, tags: [KeyValue], team: String) async throws -> ExperimentID {
        try await provide(for: team)
        let now = Date.now.milliseconds
        // A sequence is asked only when the name is free, so that ids have few holes.
        let rows = try await database.query(
            """
            WITH made AS (
                     INSERT INTO experiments (team, id, name, created_at, updated_at)
                          SELECT \(team), nextval('experiment_ids'), \(name), \(now), \(now)
                           WHERE NOT EXISTS (SELECT 1 FROM experiments AS e WHERE e.team = \(team) AND e.name = \(name))
                     ON CONFLICT DO NOTHING
                       RETURNING team, id),
                 tagged AS (
                     INSERT INTO experiment_tags (team, experiment, key, value)
                          SELECT DISTINCT ON (t.key) m.team, m.id, t.key, t.value
                            FROM made AS m,
                                 unnest(\(tags.map(\.key))::text[], \(tags.map(\.value))::text[]) WITH ORDINALITY AS t (key, value, n)
                           ORDER BY t.key, t.n DESC)
            SELECT id FROM made
            """)
        guard let row = rows.first else { throw MLflowError.experimentExists(name: name) }
        return ExperimentID(number: try row.decode("id"))
    }

    /// Throws `RESOURCE_DOES_NOT_EXIST`, or `forbidden` for another team's.
    func find(_ id: ExperimentID, scope: TeamScope) async throws -> Experiment {
        if id == .ofDefault { try await provide(for: scope.team) }
        let rows = try await database.query(
            """
            SELECT \(Self.columns)
              FROM experiments AS r
             WHERE r.id = \(id.number) AND (r.id > 0 OR r.team = \(scope.team))
            """)
        guard let row = rows.first else { throw MLflowError.experimentNotFound(id: id.description) }
        let found = try Experiment(row: row)
        try scope.require(found.team)
        return found
    }

    /// The team's experiment of a name, also one that is put away. Throws `RESOURCE_DOES_NOT_EXIST`.
    func find(name: String, team: String) async throws -> Experiment {
        if name == ExperimentID.defaultName { try await provide(for: team) }
        let rows = try await database.query(
            "SELECT \(Self.columns) FROM experiments AS r WHERE r.team = \(team) AND r.name = \(name)")
        guard let row = rows.first else { throw MLflowError.experimentNotFound(name: name) }
        return try Experiment(row: row)
    }

    /// Experiments of a team, one more than a page when there are more, and each one's place in the order.
    func search(
        _ search: PagedSearch, team: String, view: ViewType, after: [SearchValue?]?, limit: Int
    ) async throws -> [(experiment: Experiment, place: [SearchValue?])] {
        try await provide(for: team)
        let statement = SearchStatement(search, table: .experiments)
        return try await database.query(
            """
            SELECT \(Self.columns), \(statement.places)
              FROM experiments AS r \(statement.joins)
             WHERE r.team = \(team) AND r.stage = ANY(\(view.stages)::text[]) AND \(statement.condition)
               AND \(statement.following(after))
             ORDER BY \(statement.order)
             LIMIT \(limit + 1)
            """
        ).map { (try Experiment(row: $0), try statement.place(of: $0)) }
    }

    /// Puts an experiment and its runs away, or takes them out again.
    func move(_ experiment: Experiment, to stage: LifecycleStage) async throws {
        let now = Date.now.milliseconds
        try await database.execute(
            """
            WITH moved AS (
                     UPDATE experiments
                        SET stage = \(stage.rawValue), updated_at = \(now)
                      WHERE team = \(experiment.team) AND id = \(experiment.id.number)
                  RETURNING team, id)
            UPDATE tracked_runs AS r
               SET stage = \(stage.rawValue)
              FROM moved AS m
             WHERE r.team = m.team AND r.experiment = m.id AND r.stage <> \(stage.rawValue)
            """)
    }

    /// Throws `RESOURCE_ALREADY_EXISTS` for a name that is taken.
    func rename(_ experiment: Experiment, to name: String) async throws {
        do {
            try await database.execute(
                """
                UPDATE experiments
                   SET name = \(name), updated_at = \(Date.now.milliseconds)
                 WHERE team = \(experiment.team) AND id = \(experiment.id.number)
                """)
        } catch let error as DatabaseError where error.kind == .unique(constraint: "experiments_name") {
            throw MLflowError.experimentExists(name: name)
        }
    }

    func set(_ tag: KeyValue, of experiment: Experiment) async throws {
        try await database.execute(
            """
            WITH touched AS (
                     UPDATE experiments
                        SET updated_at = \(Date.now.milliseconds)
                      WHERE team = \(experiment.team) AND id = \(experiment.id.number))
            INSERT INTO experiment_tags (team, experiment, key, value)
                 VALUES (\(experiment.team), \(experiment.id.number), \(tag.key), \(tag.value))
            ON CONFLICT (team, experiment, key) DO UPDATE SET value = excluded.value
            """)
    }

    /// Throws `RESOURCE_DOES_NOT_EXIST` when there is no such tag.
    func removeTag(_ key: String, of experiment: Experiment) async throws {
        let gone = try await database.execute(
            "DELETE FROM experiment_tags WHERE team = \(experiment.team) AND experiment = \(experiment.id.number) AND key = \(key)")
        guard gone == 1 else { throw MLflowError.noTag(key, experiment: experiment.id.description) }
    }

    private static let columns: SQL = """
        r.id, r.team, r.name, r.stage, r.created_at, r.updated_at,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(t.key, t.value) ORDER BY t.key), '[]')::text
                  FROM experiment_tags AS t
                 WHERE t.team = r.team AND t.experiment = r.id) AS tags
        """
}
