import Logging
import Postgres
import ServiceLifecycle

/// What a service with a database gets: readiness, revocations and idempotency keys.
struct DatabaseParts: Sendable {
    let idempotency: IdempotencyStore
    private let database: Database
    private let revocations: Revocations
    private let logger: Logger

    init(_ database: Database, denyList: DenyList, logger: Logger) {
        self.database = database
        self.logger = logger
        idempotency = IdempotencyStore(database: database)
        revocations = Revocations(denyList: denyList, database: database, logger: logger)
    }

    var checks: [ReadinessCheck] {
        [ReadinessCheck("database") { [database] in _ = try await database.query("SELECT 1 AS one") }, revocations.check]
    }

    /// What runs beside the server, the database itself apart.
    var services: [any Service] {
        [revocations, IdempotencyPruning(store: idempotency, logger: logger)]
    }

    /// Makes the table of idempotency keys.
    func prepare() async throws {
        try await database.migrate(IdempotencyStore.migrations)
    }
}
