import Contracts
import EventLog
import Foundation
import Postgres

struct ModelVersionStore: Sendable {
    let database: Database
    let log: EventLog

    /// Registers what a run made. A run registers one version: again gives the first one back.
    func register(_ asked: NewModelVersion, capability: String) async throws -> (version: ModelVersion, created: Bool) {
        try await database.transaction { connection in
            let counters = try await connection.query("SELECT versions FROM capabilities WHERE name = \(capability) FOR UPDATE")
            guard let count = try counters.first?.decode("versions", as: Int.self) else {
                throw Problem(.capabilityUnknown, "There is no capability \(capability).")
            }
            if let present = try await find(capability, run: asked.run, model: asked.model, on: connection) {
                guard present.model == asked.model else {
                    throw Problem(.conflict, "Run \(asked.run) has registered another model as version \(present.version).")
                }
                return (present, false)
            }
            let version = ModelVersion(
                capability: capability, version: count + 1, model: asked.model, bytes: asked.bytes, run: asked.run,
                dataset: asked.dataset, manifestRevision: asked.manifestRevision, recipe: asked.recipe, parameters: asked.parameters,
                seed: asked.seed, metrics: asked.metrics, aliases: [], createdAt: .now)
            try await write(version, on: connection)
            return (version, true)
        }
    }

    /// Versions below a cursor, newest first; with a run the one that it registered.
    func list(_ capability: String, run: String? = nil, below version: Int, limit: Int) async throws -> [ModelVersion] {
        try await database.query(
            """
            SELECT \(Self.columns)
              FROM versions v
             WHERE v.capability = \(capability) AND v.version < \(version) AND v.deleted_at IS NULL
               AND (\(run)::text IS NULL OR v.run = \(run))
             ORDER BY v.version DESC
             LIMIT \(limit)
            """
        ).map(ModelVersion.init(row:))
    }

    /// The version of a number, an alias or `latest`.
    func find(_ capability: String, _ reference: String) async throws -> ModelVersion {
        let number = Int32(reference)
        let rows = try await database.query(
            """
            SELECT \(Self.columns)
              FROM versions v
             WHERE v.capability = \(capability) AND v.deleted_at IS NULL
               AND v.version = CASE WHEN \(reference) = 'latest' THEN (SELECT max(version)
                                                                         FROM versions
                                                                        WHERE capability = \(capability) AND deleted_at IS NULL)
                                    WHEN \(number)::integer IS NOT NULL THEN \(number)::integer
                                    ELSE (SELECT version FROM aliases WHERE capability = \(capability) AND alias = \(reference)) END
            """)
        guard let row = rows.first else { throw Problem(.versionUnknown, "Model \(capability) has no version \(reference).") }
        return try ModelVersion(row: row)
    }

    /// The version that a run has registered; one that it registered through MLflow counts when it is the same model.
    private func find(
        _ capability: String, run: String, model: Digest, on connection: Connection
    ) async throws -> ModelVersion? {
        try await connection.query(
            """
            SELECT \(Self.columns)
              FROM versions v
             WHERE v.capability = \(capability) AND v.run = \(run) AND v.deleted_at IS NULL
               AND (v.recipe <> 'mlflow' OR v.model = \(model.description))
             ORDER BY v.recipe = 'mlflow', v.version
             LIMIT 1
            """
        ).first.map(ModelVersion.init(row:))
    }

    func write(_ version: ModelVersion, on connection: Connection) async throws {
        _ = try await connection.execute(
            "UPDATE capabilities SET versions = \(version.version) WHERE name = \(version.capability)")
        _ = try await connection.execute(
            """
            INSERT INTO versions (capability, version, model, bytes, run, dataset, manifest_revision, recipe, parameters, seed, metrics,
                                  created_at)
                 VALUES (\(version.capability), \(version.version), \(version.model.description), \(version.bytes), \(version.run),
                         \(try jsonText(version.dataset))::jsonb, \(version.manifestRevision), \(version.recipe),
                         \(try jsonText(version.parameters))::jsonb, \(version.seed), \(try jsonText(version.metrics))::jsonb,
                         \(version.createdAt))
            """)
        let event = EventEnvelope(
            source: ServiceName.modelRegistry.eventSource, type: EventType.versionRegistered,
            subject: "\(version.capability)/\(version.version)", data: try WireJSON.value(version))
        try await log.append(event, on: connection)
    }

    static let columns: SQL = """
        v.capability, v.version, v.model, v.bytes, v.run, v.dataset::text AS dataset, v.manifest_revision, v.recipe,
               v.parameters::text AS parameters, v.seed, v.metrics::text AS metrics, v.created_at,
               ARRAY(SELECT a.alias FROM aliases a WHERE a.capability = v.capability AND a.version = v.version ORDER BY 1) AS aliases
        """
}

/// JSON text of a contract type, for a jsonb column.
func jsonText(_ value: some Encodable) throws -> String {
    String(decoding: try WireJSON.encode(value), as: UTF8.self)
}

extension ModelVersion {
    init(row: Row) throws {
        self.init(
            capability: try row.decode("capability", as: String.self), version: try row.decode("version", as: Int.self),
            model: try row.digest("model"), bytes: try row.decode("bytes", as: Int.self), run: try row.decode("run", as: String.self),
            dataset: try row.json("dataset", as: DatasetReference.self),
            manifestRevision: try row.decode("manifest_revision", as: Int.self), recipe: try row.decode("recipe", as: String.self),
            parameters: try row.json("parameters", as: [String: JSONValue].self), seed: try row.decode("seed", as: Int.self),
            metrics: try row.json("metrics", as: [String: Double].self), aliases: try row.decode("aliases", as: [String].self),
            createdAt: try row.decode("created_at", as: Date.self))
    }
}
