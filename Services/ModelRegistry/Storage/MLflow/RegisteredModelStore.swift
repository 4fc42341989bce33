import Contracts
import Foundation
import MLflow
import Postgres

/// Registered models: those that are capabilities, and free ones.
struct RegisteredModelStore: Sendable {
    let database: Database

    /// Makes a free model; one that was deleted comes back empty, with its numbers going on.
    func create(_ name: String, description: String?, tags: [ModelTag], for tenant: Tenant) async throws -> RegisteredModel {
        try await database.transaction { connection in
            try await Self.lock(name, of: tenant.team, on: connection)
            guard try await Self.resolve(name, for: tenant, on: connection) == nil else { throw MLflowError.registeredModelExists(name) }
            let rows = try await connection.query(
                """
                INSERT INTO registered_models (team, name, description)
                     VALUES (\(tenant.team), \(name), \(description))
                ON CONFLICT (team, name) WHERE capability IS NULL DO UPDATE
                        SET description = excluded.description, created_at = now(), updated_at = now(), deleted_at = NULL
                  RETURNING id
                """)
            guard let id = try rows.first?.decode("id", as: Int64.self) else { throw Problem(.internalError) }
            for tag in tags { try await RegisteredTagStore.set(tag, model: id, on: connection) }
            let isPrompt = tags.contains { $0.key == ModelTag.prompt && $0.value.lowercased() == "true" }
            let told = tags.filter { !$0.key.hasPrefix("mlflow.prompt.") || !isPrompt }
            try await WebhookOutbox.add(
                isPrompt ? .promptCreated : .modelCreated,
                ["name": .string(name), "tags": told.asObject, "description": description.map { .string($0) } ?? .null],
                team: tenant.team, on: connection)
            return try await Self.model(id, on: connection)
        }
    }

    /// A model that the tenant may read.
    func find(_ name: String, for tenant: Tenant) async throws -> RegisteredModel {
        try await database.withConnection { connection in
            try await Self.model(try await Self.key(name, .reading, for: tenant, on: connection).id, on: connection)
        }
    }

    /// Throws unless the tenant may make versions of a model.
    func requireOwn(_ name: String, for tenant: Tenant) async throws {
        _ = try await database.withConnection { try await Self.key(name, .writing, for: tenant, on: $0) }
    }

    /// Changes a model's description; nil leaves it.
    func update(_ name: String, description: String?, for tenant: Tenant) async throws -> RegisteredModel {
        try await database.transaction { connection in
            let key = try await Self.key(name, .writing, for: tenant, on: connection)
            _ = try await connection.execute(
                """
                UPDATE registered_models
                   SET description = coalesce(\(description), description), updated_at = now()
                 WHERE id = \(key.id)
                """)
            return try await Self.model(key.id, on: connection)
        }
    }

    /// Renames a free model. The old name keeps the count of its numbers, so that a model made under it later uses none of them again.
    func rename(_ name: String, to newName: String, for tenant: Tenant) async throws -> RegisteredModel {
        try await database.transaction { connection in
            for name in [name, newName].sorted() { try await Self.lock(name, of: tenant.team, on: connection) }
            let key = try await Self.key(name, .writing, for: tenant, on: connection)
            try Self.requireFree(key, "renamed")
            if newName != name {
                guard try await Self.resolve(newName, for: tenant, on: connection) == nil else {
                    throw MLflowError.registeredModelExists(newName)
                }
                try await Self.move(key, to: newName, on: connection)
            }
            return try await Self.model(key.id, on: connection)
        }
    }

    /// Deletes a free model with its versions, tags and aliases.
    func delete(_ name: String, for tenant: Tenant) async throws {
        try await database.transaction { connection in
            let key = try await Self.key(name, .writing, for: tenant, on: connection)
            try Self.requireFree(key, "deleted")
            for statement: SQL in [
                "UPDATE registered_models SET deleted_at = now(), description = NULL, updated_at = now() WHERE id = \(key.id)",
                "UPDATE registered_versions SET deleted_at = now() WHERE model = \(key.id) AND deleted_at IS NULL",
                "DELETE FROM registered_aliases WHERE model = \(key.id)",
                "DELETE FROM registered_model_tags WHERE model = \(key.id)",
                "DELETE FROM registered_version_tags WHERE model = \(key.id)",
            ] {
                _ = try await connection.execute(statement)
            }
        }
    }

    /// A name of a capability is what its callers ask for, and its versions are on record: neither can come to mean something else.
    private static func requireFree(_ key: RegisteredModel.Key, _ what: String) throws {
        guard key.capability != nil else { return }
        throw Problem(
            .mlflow("RESOURCE_CONFLICT", 409),
            "\(key.name) is a capability of team \(key.team): its name is protected by its manifest, and it cannot be \(what).")
    }

    private static func move(_ key: RegisteredModel.Key, to name: String, on connection: Connection) async throws {
        let former = try await connection.query(
            "DELETE FROM registered_models WHERE team = \(key.team) AND name = \(name) AND capability IS NULL RETURNING versions"
        ).first?.decode("versions", as: Int.self)
        _ = try await connection.execute(
            """
            UPDATE registered_models
               SET name = \(name), updated_at = now(), versions = greatest(versions, \(former ?? 0))
             WHERE id = \(key.id)
            """)
        _ = try await connection.execute(
            """
            INSERT INTO registered_models (team, name, versions, deleted_at)
                 SELECT team, \(key.name), versions, now()
                   FROM registered_models
                  WHERE id = \(key.id)
            """)
    }

    /// Competing writers of one name queue up, even while the name is new.
    private static func lock(_ name: String, of team: String, on connection: Connection) async throws {
        _ = try await connection.query("SELECT pg_advisory_xact_lock(hashtext('registered model:' || \(team) || ':' || \(name)))")
    }
}

extension [ModelTag] {
    /// The tags as one JSON object.
    var asObject: JSONValue { .object(Dictionary(map { ($0.key, .string($0.value)) }) { $1 }) }
}
