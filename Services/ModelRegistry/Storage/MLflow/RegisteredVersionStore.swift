import Contracts
import EventLog
import Foundation
import MLflow
import Postgres

/// Versions of registered models.
struct RegisteredVersionStore: Sendable {
    let database: Database

    /// A version that the tenant may read.
    func find(_ name: String, version: Int, for tenant: Tenant) async throws -> RegisteredVersion {
        try await database.withConnection { connection in
            let key = try await RegisteredModelStore.key(name, .reading, for: tenant, on: connection)
            return try await Self.find(version, of: key, on: connection)
        }
    }

    /// The artifacts of a version that the tenant may read: where they are and what they were.
    func artifacts(_ name: String, version: Int, for tenant: Tenant) async throws -> (location: String, files: [ArtifactFile], run: String?)
    {
        try await database.withConnection { connection in
            let key = try await RegisteredModelStore.key(name, .reading, for: tenant, on: connection)
            let rows = try await connection.query(
                """
                SELECT location, files::text AS files, run_id
                  FROM present_versions
                 WHERE model = \(key.id) AND version = \(version)
                """)
            guard let row = rows.first else { throw MLflowError.modelVersionNotFound(name, version: "\(version)") }
            return (try row.decode("location"), try row.json("files", as: [ArtifactFile].self), try row.decode("run_id"))
        }
    }

    /// The newest version of each stage asked for, of all stages when none is.
    func latest(_ name: String, stages: [ModelStage], for tenant: Tenant) async throws -> [RegisteredVersion] {
        try await database.withConnection { connection in
            let key = try await RegisteredModelStore.key(name, .reading, for: tenant, on: connection)
            let stages = (stages.isEmpty ? ModelStage.allCases : stages).map(\.rawValue)
            return try await connection.query(
                """
                SELECT DISTINCT ON (v.stage) \(Self.columns)
                  FROM present_versions v
                  JOIN registered_models m ON m.id = v.model
                 WHERE v.model = \(key.id) AND v.stage = ANY (\(stages))
                 ORDER BY v.stage, v.version DESC
                """
            ).map(RegisteredVersion.init(row:))
        }
    }

    /// Changes a version's description; nil leaves it.
    func update(_ name: String, version: Int, description: String?, for tenant: Tenant) async throws -> RegisteredVersion {
        try await database.transaction { connection in
            let key = try await RegisteredModelStore.key(name, .writing, for: tenant, on: connection)
            try await Self.require(version, of: key, on: connection)
            _ = try await connection.execute(
                """
                UPDATE registered_versions
                   SET description = coalesce(\(description), description), updated_at = now()
                 WHERE model = \(key.id) AND version = \(version)
                """)
            return try await Self.find(version, of: key, on: connection)
        }
    }

    /// Throws `RESOURCE_DOES_NOT_EXIST` unless a model has a version.
    static func require(_ version: Int, of key: RegisteredModel.Key, on connection: Connection) async throws {
        let rows = try await connection.query(
            "SELECT 1 AS one FROM registered_versions WHERE model = \(key.id) AND version = \(version) AND deleted_at IS NULL FOR UPDATE")
        guard !rows.isEmpty else { throw MLflowError.modelVersionNotFound(key.name, version: "\(version)") }
    }

    static func find(_ version: Int, of key: RegisteredModel.Key, on connection: Connection) async throws -> RegisteredVersion {
        guard let found = try await present(version, of: key, on: connection) else {
            throw MLflowError.modelVersionNotFound(key.name, version: "\(version)")
        }
        return found
    }

    /// A version; nil when it is not there, or not any more.
    static func present(_ version: Int, of key: RegisteredModel.Key, on connection: Connection) async throws -> RegisteredVersion? {
        try await connection.query(
            """
            SELECT \(columns)
              FROM present_versions v
              JOIN registered_models m ON m.id = v.model
             WHERE v.model = \(key.id) AND v.version = \(version)
            """
        ).first.map(RegisteredVersion.init(row:))
    }

    static let columns: SQL = """
        m.name AS model, v.version, v.description, v.user_id, v.stage, v.source, v.location, v.run_id, v.run_link, v.model_id,
               v.created_at, v.updated_at,
               (SELECT coalesce(jsonb_agg(jsonb_build_object('key', t.key, 'value', t.value) ORDER BY t.key), '[]')::text
                  FROM registered_version_tags t
                 WHERE t.model = v.model AND t.version = v.version) AS tags,
               ARRAY(SELECT a.alias FROM alias_targets a WHERE a.model = v.model AND a.version = v.version ORDER BY 1) AS aliases
        """
}

extension RegisteredVersion {
    init(row: Row) throws {
        self.init(
            model: try row.decode("model"), version: try row.decode("version"), description: try row.decode("description"),
            userID: try row.decode("user_id"), stage: try ModelStage(try row.decode("stage")), source: try row.decode("source"),
            location: try row.decode("location"), runID: try row.decode("run_id"), runLink: try row.decode("run_link"),
            modelID: try row.decode("model_id"), createdAt: try row.decode("created_at"), updatedAt: try row.decode("updated_at"),
            tags: try row.json("tags", as: [ModelTag].self), aliases: try row.decode("aliases"))
    }
}
