import Contracts
import Foundation
import MLflow
import Postgres

/// Stages of versions. On a capability a stage is an alias under another name, and moves behind the same gate.
struct RegisteredStageStore: Sendable {
    let database: Database
    let aliases: AliasStore

    /// Brings a version into a stage, others of an active stage into the archive where that is asked for.
    func transition(
        _ name: String, version: Int, to stage: ModelStage, archiving: Bool, for tenant: Tenant
    ) async throws -> RegisteredVersion {
        let (key, present) = try await database.withConnection { connection in
            let key = try await RegisteredModelStore.key(name, .writing, for: tenant, on: connection)
            return (key, try await RegisteredVersionStore.find(version, of: key, on: connection))
        }
        if let capability = key.capability { try await point(capability, present, to: stage, for: tenant) }
        return try await database.transaction { connection in
            try await RegisteredVersionStore.require(version, of: key, on: connection)
            if archiving {
                _ = try await connection.execute(
                    """
                    UPDATE registered_versions
                       SET stage = 'Archived', updated_at = now()
                     WHERE model = \(key.id) AND version <> \(version) AND stage = \(stage.rawValue) AND deleted_at IS NULL
                    """)
            }
            _ = try await connection.execute(
                """
                UPDATE registered_versions
                   SET stage = \(stage.rawValue), updated_at = now()
                 WHERE model = \(key.id) AND version = \(version)
                """)
            _ = try await connection.execute("UPDATE registered_models SET updated_at = now() WHERE id = \(key.id)")
            return try await RegisteredVersionStore.find(version, of: key, on: connection)
        }
    }

    /// The alias that a stage stands for comes to a version, or goes from it. Throws `gateClosed`.
    private func point(_ capability: String, _ version: RegisteredVersion, to stage: ModelStage, for tenant: Tenant) async throws {
        if let alias = stage.alias {
            _ = try await aliases.move(alias, of: capability, AliasChange(version: version.version), by: tenant.user)
        } else if let alias = version.stage.alias {
            try await aliases.remove(alias, of: capability, by: tenant.user)
        }
    }
}
