import Contracts
import Foundation
import MLflow
import Postgres

/// What a name means to a tenant: its own capability, its own free model, a capability of another team.
extension RegisteredModelStore {
    /// A model and whether its manifest lets the tenant's team read.
    struct Resolved: Sendable {
        let key: RegisteredModel.Key
        let isGranted: Bool
    }

    /// The model of a name. Throws `RESOURCE_DOES_NOT_EXIST`, and `PERMISSION_DENIED` where it is another team's.
    static func key(
        _ name: String, _ purpose: Tenant.Purpose, for tenant: Tenant, on connection: Connection
    ) async throws -> RegisteredModel.Key {
        guard let resolved = try await resolve(name, for: tenant, on: connection) else { throw MLflowError.registeredModelNotFound(name) }
        try tenant.require(purpose, of: resolved.key, isGranted: resolved.isGranted)
        return resolved.key
    }

    static func resolve(_ name: String, for tenant: Tenant, on connection: Connection) async throws -> Resolved? {
        try await connection.query(
            """
            SELECT m.id, m.name, m.team, m.capability, \(granted(to: tenant)) AS granted
              FROM \(sources)
             WHERE m.name = \(name) AND m.deleted_at IS NULL AND (m.team = \(tenant.team) OR m.capability IS NOT NULL)
             ORDER BY (m.team = \(tenant.team)) DESC, m.capability IS NULL
             LIMIT 1
            """
        ).first.map { row in
            Resolved(key: try RegisteredModel.Key(row: row), isGranted: try row.decode("granted"))
        }
    }

    /// A model with all that belongs to it.
    static func model(_ id: Int64, on connection: Connection) async throws -> RegisteredModel {
        let rows = try await connection.query("SELECT \(columns) FROM registered_models m WHERE m.id = \(id)")
        guard let model = try await models(rows, on: connection).first else { throw Problem(.internalError) }
        return model
    }

    /// Models of rows, each with the newest version of each stage.
    static func models(_ rows: [Row], on connection: Connection) async throws -> [RegisteredModel] {
        let ids = try rows.map { try $0.decode("id", as: Int64.self) }
        let latest = try await connection.query(
            """
            SELECT DISTINCT ON (v.model, v.stage) v.model AS model_key, \(RegisteredVersionStore.columns)
              FROM present_versions v
              JOIN registered_models m ON m.id = v.model
             WHERE v.model = ANY (\(ids))
             ORDER BY v.model, v.stage, v.version DESC
            """
        ).map { (try $0.decode("model_key", as: Int64.self), try RegisteredVersion(row: $0)) }
        let byModel = Dictionary(grouping: latest) { $0.0 }
        return try rows.map { row in
            let key = try RegisteredModel.Key(row: row)
            return try RegisteredModel(row: row, key: key, latest: (byModel[key.id] ?? []).map(\.1))
        }
    }

    /// The tables that say who may read a model.
    static let sources: SQL = """
        registered_models m
          LEFT JOIN capabilities c ON c.name = m.capability
          LEFT JOIN revisions r ON r.capability = c.name AND r.revision = c.revision
        """

    /// Whether the manifest names the team among its callers.
    static func granted(to tenant: Tenant) -> SQL {
        "(\(tenant.isAdministrator) OR coalesce(jsonb_exists(r.manifest -> 'access' -> 'callers', \(tenant.team)), false))"
    }

    /// The models that a tenant sees in a search: its own, and capabilities that are open to it, save those whose name means another one.
    static func visible(to tenant: Tenant) -> SQL {
        """
        m.deleted_at IS NULL
               AND (m.team = \(tenant.team) OR (m.capability IS NOT NULL AND \(granted(to: tenant))))
               AND NOT EXISTS (SELECT 1
                                 FROM registered_models s
                                WHERE s.name = m.name AND s.id <> m.id AND s.deleted_at IS NULL AND s.team = \(tenant.team)
                                  AND (m.team <> \(tenant.team) OR s.capability IS NOT NULL))
        """
    }

    static let columns: SQL = """
        m.id, m.name, m.team, m.capability, m.description, m.created_at, m.updated_at,
               (SELECT coalesce(jsonb_agg(jsonb_build_object('key', t.key, 'value', t.value) ORDER BY t.key), '[]')::text
                  FROM registered_model_tags t
                 WHERE t.model = m.id) AS tags,
               (SELECT coalesce(jsonb_agg(jsonb_build_object('alias', a.alias, 'version', a.version) ORDER BY a.alias), '[]')::text
                  FROM alias_targets a
                 WHERE a.model = m.id) AS aliases
        """
}

extension RegisteredModel.Key {
    init(row: Row) throws {
        self.init(
            id: try row.decode("id"), name: try row.decode("name"), team: try row.decode("team"), capability: try row.decode("capability"))
    }
}

extension RegisteredModel {
    init(row: Row, key: Key, latest: [RegisteredVersion]) throws {
        self.init(
            key: key, description: try row.decode("description"), createdAt: try row.decode("created_at"),
            updatedAt: try row.decode("updated_at"), tags: try row.json("tags", as: [ModelTag].self),
            aliases: try row.json("aliases", as: [AliasTarget].self), latest: latest)
    }
}
