import Contracts
import MLflow
import Postgres

/// Tags of models and versions.
struct RegisteredTagStore: Sendable {
    let database: Database

    func set(_ tag: ModelTag, on name: String, for tenant: Tenant) async throws {
        try await database.transaction { connection in
            let key = try await RegisteredModelStore.key(name, .writing, for: tenant, on: connection)
            let isPrompt = try await Self.isPrompt(key, on: connection)
            try await Self.set(tag, model: key.id, on: connection)
            try await Self.touch(key, on: connection)
            if isPrompt {
                try await WebhookOutbox.add(
                    .promptTagSet, ["name": .string(name), "key": .string(tag.key), "value": .string(tag.value)], team: key.team,
                    on: connection)
            }
        }
    }

    func delete(_ tag: String, from name: String, for tenant: Tenant) async throws {
        try await database.transaction { connection in
            let key = try await RegisteredModelStore.key(name, .writing, for: tenant, on: connection)
            let isPrompt = try await Self.isPrompt(key, on: connection)
            _ = try await connection.execute("DELETE FROM registered_model_tags WHERE model = \(key.id) AND key = \(tag)")
            try await Self.touch(key, on: connection)
            if isPrompt {
                try await WebhookOutbox.add(
                    .promptTagDeleted, ["name": .string(name), "key": .string(tag)], team: key.team, on: connection)
            }
        }
    }

    func set(_ tag: ModelTag, on name: String, version: Int, for tenant: Tenant) async throws {
        try await database.transaction { connection in
            let key = try await RegisteredModelStore.key(name, .writing, for: tenant, on: connection)
            try await RegisteredVersionStore.require(version, of: key, on: connection)
            try await Self.set(tag, model: key.id, version: version, on: connection)
            try await Self.touch(key, version: version, on: connection)
            let isPrompt = try await Self.isPrompt(key, on: connection)
            try await WebhookOutbox.add(
                isPrompt ? .promptVersionTagSet : .versionTagSet,
                ["name": .string(name), "version": .string("\(version)"), "key": .string(tag.key), "value": .string(tag.value)],
                team: key.team, on: connection)
        }
    }

    func delete(_ tag: String, from name: String, version: Int, for tenant: Tenant) async throws {
        try await database.transaction { connection in
            let key = try await RegisteredModelStore.key(name, .writing, for: tenant, on: connection)
            try await RegisteredVersionStore.require(version, of: key, on: connection)
            _ = try await connection.execute(
                "DELETE FROM registered_version_tags WHERE model = \(key.id) AND version = \(version) AND key = \(tag)")
            try await Self.touch(key, version: version, on: connection)
            let isPrompt = try await Self.isPrompt(key, on: connection)
            try await WebhookOutbox.add(
                isPrompt ? .promptVersionTagDeleted : .versionTagDeleted,
                ["name": .string(name), "version": .string("\(version)"), "key": .string(tag)], team: key.team, on: connection)
        }
    }

    static func set(_ tag: ModelTag, model: Int64, on connection: Connection) async throws {
        _ = try await connection.execute(
            """
            INSERT INTO registered_model_tags (model, key, value)
                 VALUES (\(model), \(tag.key), \(tag.value))
            ON CONFLICT (model, key) DO UPDATE SET value = excluded.value
            """)
    }

    static func set(_ tag: ModelTag, model: Int64, version: Int, on connection: Connection) async throws {
        _ = try await connection.execute(
            """
            INSERT INTO registered_version_tags (model, version, key, value)
                 VALUES (\(model), \(version), \(tag.key), \(tag.value))
            ON CONFLICT (model, version, key) DO UPDATE SET value = excluded.value
            """)
    }

    /// Whether a registered model is a prompt.
    static func isPrompt(_ key: RegisteredModel.Key, on connection: Connection) async throws -> Bool {
        try await !connection.query(
            "SELECT 1 AS one FROM registered_model_tags WHERE model = \(key.id) AND key = \(ModelTag.prompt) AND lower(value) = 'true'"
        ).isEmpty
    }

    private static func touch(_ key: RegisteredModel.Key, version: Int? = nil, on connection: Connection) async throws {
        _ = try await connection.execute("UPDATE registered_models SET updated_at = now() WHERE id = \(key.id)")
        guard let version else { return }
        _ = try await connection.execute(
            "UPDATE registered_versions SET updated_at = now() WHERE model = \(key.id) AND version = \(version)")
    }
}
