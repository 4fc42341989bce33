import Contracts
import EventLog
import Foundation
import MLflow
import Postgres

/// Aliases of registered models. Those of a capability are the mesh's own, moved by its store and behind its gate.
struct RegisteredAliasStore: Sendable {
    let database: Database
    let aliases: AliasStore

    /// The version that an alias points to; `latest` is the newest.
    func find(_ alias: String, of name: String, for tenant: Tenant) async throws -> RegisteredVersion {
        try await database.withConnection { connection in
            let key = try await RegisteredModelStore.key(name, .reading, for: tenant, on: connection)
            guard let version = try await Self.target(of: alias, key, on: connection) else {
                if alias.lowercased() == "latest" {
                    throw MLflowError(.resourceDoesNotExist, "Latest version not found for model \(name).")
                }
                throw MLflowError.aliasNotFound(alias)
            }
            return try await RegisteredVersionStore.find(version, of: key, on: connection)
        }
    }

    /// Points an alias to a version. Throws `gateClosed` where a capability's gate is.
    func set(_ alias: String, of name: String, to version: Int, for tenant: Tenant) async throws {
        let key = try await database.transaction { connection in
            let key = try await RegisteredModelStore.key(name, .writing, for: tenant, on: connection)
            try await RegisteredVersionStore.require(version, of: key, on: connection)
            if let capability = key.capability {
                try await Self.requireServable(version, of: capability, on: connection)
            } else {
                try await Self.write(alias, version, key, on: connection)
            }
            return key
        }
        guard let capability = key.capability else { return }
        guard Names.isName(alias) else {
            throw MLflowError.invalid("Invalid alias name: '\(alias)'. \(name) is a capability, whose aliases are \(Names.expectation).")
        }
        _ = try await aliases.move(alias, of: capability, AliasChange(version: version), by: tenant.user)
    }

    /// Takes an alias away; nothing happens when there is none, as in the reference.
    func delete(_ alias: String, of name: String, for tenant: Tenant) async throws {
        let (key, isThere) = try await database.transaction { connection in
            let key = try await RegisteredModelStore.key(name, .writing, for: tenant, on: connection)
            let isThere = try await Self.target(of: alias, key, on: connection) != nil
            if key.capability == nil, isThere { try await Self.remove(alias, key, on: connection) }
            return (key, isThere)
        }
        guard isThere, let capability = key.capability else { return }
        try await aliases.remove(alias, of: capability, by: tenant.user)
    }

    /// Takes away a version with its aliases. A capability's protected aliases stay, and the version with all of its aliases too.
    func deleteVersion(_ version: Int, of name: String, for tenant: Tenant) async throws {
        let (key, pointing) = try await database.withConnection { connection in
            let key = try await RegisteredModelStore.key(name, .writing, for: tenant, on: connection)
            return (key, try await RegisteredVersionStore.find(version, of: key, on: connection).aliases)
        }
        try await database.transaction { connection in
            if let capability = key.capability {
                try await aliases.removeAll(pointingTo: version, of: capability, by: tenant.user, on: connection)
                _ = try await connection.execute(
                    "UPDATE versions SET deleted_at = now() WHERE capability = \(capability) AND version = \(version)")
            }
            try await RegisteredVersionStore.require(version, of: key, on: connection)
            for alias in pointing where key.capability == nil { try await Self.remove(alias, key, on: connection) }
            _ = try await connection.execute("DELETE FROM registered_aliases WHERE model = \(key.id) AND version = \(version)")
            _ = try await connection.execute(
                """
                UPDATE registered_versions
                   SET deleted_at = now(), stage = 'None'
                 WHERE model = \(key.id) AND version = \(version)
                """)
            _ = try await connection.execute("UPDATE registered_models SET updated_at = now() WHERE id = \(key.id)")
        }
    }

    private static func requireServable(_ version: Int, of capability: String, on connection: Connection) async throws {
        let rows = try await connection.query(
            "SELECT 1 AS one FROM versions WHERE capability = \(capability) AND version = \(version) AND deleted_at IS NULL")
        guard rows.isEmpty else { return }
        throw Problem(
            .mlflow("RESOURCE_CONFLICT", 409),
            "\(capability) is a capability, whose aliases name what is served, and version \(version) holds no single ONNX file of it: "
                + "log the model with mlflow.onnx and register it again.")
    }

    private static func target(of alias: String, _ key: RegisteredModel.Key, on connection: Connection) async throws -> Int? {
        let rows =
            alias.lowercased() == "latest"
            ? try await connection.query(
                "SELECT max(version) AS version FROM registered_versions WHERE model = \(key.id) AND deleted_at IS NULL")
            : try await connection.query("SELECT version FROM alias_targets WHERE model = \(key.id) AND alias = \(alias)")
        return try rows.first?.decode("version", as: Int?.self) ?? nil
    }

    private static func write(_ alias: String, _ version: Int, _ key: RegisteredModel.Key, on connection: Connection) async throws {
        _ = try await connection.execute(
            """
            INSERT INTO registered_aliases (model, alias, version)
                 VALUES (\(key.id), \(alias), \(version))
            ON CONFLICT (model, alias) DO UPDATE SET version = excluded.version
            """)
        _ = try await connection.execute("UPDATE registered_models SET updated_at = now() WHERE id = \(key.id)")
        let isPrompt = try await RegisteredTagStore.isPrompt(key, on: connection)
        try await WebhookOutbox.add(
            isPrompt ? .promptAliasCreated : .aliasCreated,
            ["name": .string(key.name), "alias": .string(alias), "version": .string("\(version)")], team: key.team, on: connection)
    }

    private static func remove(_ alias: String, _ key: RegisteredModel.Key, on connection: Connection) async throws {
        _ = try await connection.execute("DELETE FROM registered_aliases WHERE model = \(key.id) AND alias = \(alias)")
        let isPrompt = try await RegisteredTagStore.isPrompt(key, on: connection)
        try await WebhookOutbox.add(
            isPrompt ? .promptAliasDeleted : .aliasDeleted, ["name": .string(key.name), "alias": .string(alias)], team: key.team,
            on: connection)
    }
}
