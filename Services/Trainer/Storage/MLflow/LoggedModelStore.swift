import Contracts
import Foundation
import MLflow
import Postgres

/// Logged models of MLflow's API.
struct LoggedModelStore: Sendable {
    let database: Database

    /// Keeps a model that is still to come, with the root of its artifacts.
    func add(_ new: NewLoggedModel, to experiment: Experiment) async throws -> LoggedModel {
        try experiment.requireActive()
        let now = Date.now.milliseconds
        let model = LoggedModel(
            id: "m-" + RunStore.newID(), team: experiment.team, experiment: experiment.id, name: new.name, status: .pending,
            modelType: new.modelType, sourceRun: new.sourceRun, createdAt: now, updatedAt: now, params: new.params, tags: new.tags)
        try await database.transaction { connection in
            try await connection.execute(
                """
                INSERT INTO logged_models (id, team, experiment, name, status, model_type, source_run, created_at, updated_at)
                     VALUES (\(model.id), \(model.team), \(model.experiment.number), \(model.name), \(model.status.rawValue),
                             \(model.modelType), \(model.sourceRun), \(now), \(now))
                """)
            try await ArtifactOwners.add(model.root, team: model.team, on: connection)
            try await Self.write(new.params, "logged_model_params", of: model.id, on: connection)
            try await Self.write(new.tags, "logged_model_tags", of: model.id, on: connection)
        }
        return model
    }

    /// A model that is there. Throws `RESOURCE_DOES_NOT_EXIST`, or `forbidden` for another team's.
    func find(_ id: String, scope: TeamScope) async throws -> LoggedModel {
        let rows = try await database.query("SELECT \(Self.columns) FROM logged_models AS r WHERE r.id = \(id) AND r.stage = 'active'")
        guard let row = rows.first else { throw MLflowError.loggedModelNotFound(id) }
        let model = try LoggedModel(row: row)
        try scope.require(model.team)
        return model
    }

    /// Models of experiments, one more than a page when there are more, and each one's place in the order.
    func search(
        _ search: PagedSearch, experiments: [ExperimentID], datasets: [OrderTerm.Dataset], scope: TeamScope, after: [SearchValue?]?,
        limit: Int
    ) async throws -> [(model: LoggedModel, place: [SearchValue?])] {
        let statement = SearchStatement(search, table: SearchTable(kind: .loggedModels, datasets: datasets))
        return try await database.query(
            """
            SELECT \(Self.columns), \(statement.places)
              FROM logged_models AS r \(statement.joins)
             WHERE \(TrackedRunStore.within(experiments, scope)) AND r.stage = 'active'
               AND \(statement.condition) AND \(statement.following(after))
             ORDER BY \(statement.order)
             LIMIT \(limit + 1)
            """
        ).map { (try LoggedModel(row: $0), try statement.place(of: $0)) }
    }

    func finish(_ model: LoggedModel, as status: LoggedModelStatus) async throws {
        try await database.execute(
            "UPDATE logged_models SET status = \(status.rawValue), updated_at = \(Date.now.milliseconds) WHERE id = \(model.id)")
    }

    /// Puts a model away.
    func remove(_ model: LoggedModel) async throws {
        try await database.execute(
            "UPDATE logged_models SET stage = 'deleted', updated_at = \(Date.now.milliseconds) WHERE id = \(model.id)")
    }

    /// Writes params over what is there; a client sends them in portions.
    func add(params: [KeyValue], to model: LoggedModel) async throws {
        try await database.transaction { try await Self.write(params, "logged_model_params", of: model.id, on: $0) }
    }

    func set(tags: [KeyValue], of model: LoggedModel) async throws {
        try await database.transaction { try await Self.write(tags, "logged_model_tags", of: model.id, on: $0) }
    }

    /// Throws `RESOURCE_DOES_NOT_EXIST` when there is no such tag.
    func removeTag(_ key: String, of model: LoggedModel) async throws {
        let gone = try await database.execute("DELETE FROM logged_model_tags WHERE model = \(model.id) AND key = \(key)")
        guard gone == 1 else {
            throw MLflowError(.resourceDoesNotExist, "No tag with key '\(key)' found for model with ID '\(model.id)'.")
        }
    }

    private static func write(_ pairs: [KeyValue], _ table: String, of model: String, on connection: Connection) async throws {
        guard !pairs.isEmpty else { return }
        let last = Dictionary(pairs.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }).sorted { $0.key < $1.key }
        try await connection.execute(
            """
            INSERT INTO \(identifier: table) (model, key, value)
                 SELECT \(model), key, value FROM unnest(\(last.map(\.key))::text[], \(last.map(\.value))::text[]) AS p (key, value)
            ON CONFLICT (model, key) DO UPDATE SET value = excluded.value
            """)
    }

    private static let columns: SQL = """
        r.id, r.team, r.experiment, r.name, r.status, r.model_type, r.source_run, r.created_at, r.updated_at,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(p.key, p.value) ORDER BY p.key), '[]')::text
                  FROM logged_model_params AS p WHERE p.model = r.id) AS params,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(t.key, t.value) ORDER BY t.key), '[]')::text
                  FROM logged_model_tags AS t WHERE t.model = r.id) AS tags,
               (SELECT coalesce(jsonb_agg(jsonb_build_array(m.key, m.value::text, m.at, m.step, m.run, m.dataset, m.dataset_digest)
                                          ORDER BY m.key, m.run, m.dataset), '[]')::text
                  FROM logged_model_metrics AS m WHERE m.model = r.id) AS metrics
        """
}
