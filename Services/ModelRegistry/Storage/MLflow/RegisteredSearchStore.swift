import Contracts
import MLflow
import Postgres

/// Searches for models and versions; a page has one record more than was asked for where another page follows.
struct RegisteredSearchStore: Sendable {
    let database: Database

    func models(_ search: RegistrySearch, for tenant: Tenant) async throws -> [RegisteredModel] {
        try await database.withConnection { connection in
            let rows = try await connection.query(
                """
                SELECT \(RegisteredModelStore.columns)
                  FROM \(RegisteredModelStore.sources)
                 WHERE \(RegisteredModelStore.visible(to: tenant)) AND \(search.conditions)
                 ORDER BY \(search.order)
                 LIMIT \(search.limit + 1)
                """)
            return try await RegisteredModelStore.models(rows, on: connection)
        }
    }

    func versions(_ search: RegistrySearch, for tenant: Tenant) async throws -> [RegisteredVersion] {
        try await database.query(
            """
            SELECT \(RegisteredVersionStore.columns)
              FROM present_versions v
              JOIN (\(RegisteredModelStore.sources)) ON m.id = v.model
             WHERE \(RegisteredModelStore.visible(to: tenant)) AND \(search.conditions)
             ORDER BY \(search.order)
             LIMIT \(search.limit + 1)
            """
        ).map(RegisteredVersion.init(row:))
    }
}
