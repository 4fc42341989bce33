import Contracts
import MLflow
import Postgres

extension TrackedRunStore {
    /// Keeps a batch whole or not at all: params are written once, tags over what is there.
    ///
    /// The run's row is held meanwhile, so that of two requests with one param the second sees what the first wrote.
    func log(_ batch: RunBatch, scope: TeamScope) async throws {
        try await database.transaction { connection in
            try await Self.hold(batch.run, scope: scope, on: connection)
            if !batch.params.isEmpty { try await Self.write(params: batch.params, of: batch.run, on: connection) }
            if !batch.tags.isEmpty { try await Self.write(tags: batch.tags, of: batch.run, on: connection) }
            if let name = batch.name {
                try await connection.execute("UPDATE tracked_runs SET name = \(name) WHERE id = \(batch.run)")
            }
            if !batch.metrics.isEmpty { try await Self.write(metrics: batch.metrics, of: batch.run, on: connection) }
            let measured = batch.metrics.filter { $0.model != nil }
            if !measured.isEmpty { try await Self.write(measured, in: batch.run, scope: scope, on: connection) }
        }
    }

    /// Appends to the list of models that old clients log in a tag.
    func append(model: JSONValue, to run: String, scope: TeamScope) async throws {
        let key = "mlflow.log-model.history"
        try await database.transaction { connection in
            try await Self.hold(run, scope: scope, on: connection)
            let rows = try await connection.query("SELECT value FROM tracked_tags WHERE run = \(run) AND key = \(key)")
            let before = try rows.first.map { try $0.json("value", as: [JSONValue].self) } ?? []
            try await Self.write(tags: [KeyValue(key: key, value: try jsonText(before + [model]))], of: run, on: connection)
        }
    }

    /// Holds a run that may be written to. Throws when there is none, when it is put away, and when it is another team's.
    private static func hold(_ run: String, scope: TeamScope, on connection: Connection) async throws {
        let rows = try await connection.query("SELECT team, stage FROM tracked_runs WHERE id = \(run) FOR NO KEY UPDATE")
        guard let row = rows.first else { throw MLflowError.runNotFound(run) }
        try scope.require(try row.decode("team"))
        let stage: String = try row.decode("stage")
        guard stage == LifecycleStage.active.rawValue else { throw MLflowError.runNotActive(run, stage: stage) }
    }

    private static func write(params: [KeyValue], of run: String, on connection: Connection) async throws {
        let keys = params.map(\.key)
        let before = Dictionary(
            try await connection.query("SELECT key, value FROM tracked_params WHERE run = \(run) AND key = ANY(\(keys)::text[])")
                .map { (try $0.decode("key", as: String.self), try $0.decode("value", as: String.self)) }, uniquingKeysWith: { $1 })
        for param in params {
            guard let old = before[param.key], old != param.value else { continue }
            throw MLflowError.paramChanged(param.key, run: run, from: old, to: param.value)
        }
        let new = params.filter { before[$0.key] == nil }
        guard !new.isEmpty else { return }
        try await connection.execute(
            """
            INSERT INTO tracked_params (run, key, value)
                 SELECT \(run), key, value FROM unnest(\(new.map(\.key))::text[], \(new.map(\.value))::text[]) AS p (key, value)
            """)
    }

    static func write(tags: [KeyValue], of run: String, on connection: Connection) async throws {
        // The last of several tags with one key counts.
        let last = Dictionary(tags.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }).sorted { $0.key < $1.key }
        try await connection.execute(
            """
            INSERT INTO tracked_tags (run, key, value)
                 SELECT \(run), key, value FROM unnest(\(last.map(\.key))::text[], \(last.map(\.value))::text[]) AS t (key, value)
            ON CONFLICT (run, key) DO UPDATE SET value = excluded.value
            """)
    }

    static func write(metrics: [MetricPoint], of run: String, on connection: Connection) async throws {
        _ = try await connection.query(
            """
            WITH given AS (
                     SELECT \(run)::text COLLATE "C" AS run, g.key COLLATE "C" AS key, g.at, g.step, g.value
                       FROM unnest(\(metrics.map(\.key))::text[], \(metrics.map(\.at))::bigint[], \(metrics.map(\.step))::bigint[],
                                   \(metrics.map(\.value))::float8[]) AS g (key, at, step, value)),
                 \(MetricWriter.points("given"))
            SELECT 1 AS one
            """)
    }

    /// Metrics of logged models. Throws `RESOURCE_DOES_NOT_EXIST` for a model that is not there.
    private static func write(_ measured: [MetricPoint], in run: String, scope: TeamScope, on connection: Connection) async throws {
        for point in measured.sorted(by: { ($0.model ?? "", $0.key) < ($1.model ?? "", $1.key) }) {
            guard let model = point.model else { continue }
            let owners = try await connection.query("SELECT team FROM logged_models WHERE id = \(model) AND stage = 'active'")
            guard let owner = owners.first else { throw MLflowError.loggedModelNotFound(model) }
            try scope.require(try owner.decode("team"))
            try await connection.execute(
                """
                INSERT INTO logged_model_metrics AS l (model, key, run, dataset, dataset_digest, at, step, value)
                     VALUES (\(model), \(point.key), \(run), \(point.dataset?.name ?? ""), \(point.dataset?.digest ?? ""),
                             \(point.at), \(point.step), \(point.value))
                ON CONFLICT (model, key, run, dataset, dataset_digest) DO UPDATE
                        SET at = excluded.at, step = excluded.step, value = excluded.value
                      WHERE (excluded.step, excluded.at, excluded.value) > (l.step, l.at, l.value)
                """)
        }
    }
}
