import Contracts
import Foundation
import Logging
import Postgres

/// Makes the roles and schemas of the mesh, and the event log. Run by an administrator; repeating it changes nothing.
public enum DatabaseBootstrap {
    /// A service's role owns the schema of the same name.
    public struct Owner: Sendable {
        public let name: String
        public let password: String

        public init(name: String, password: String) {
            self.name = name
            self.password = password
        }
    }

    /// The one service that runs ``EventRetention``.
    private static let pruner = ServiceName.identity.schema

    /// - Parameter administratorURL: a superuser's (or the database owner's with CREATEROLE) URL of the mesh's database.
    public static func prepare(administratorURL: String, owners: [Owner], logger: Logger) async throws {
        let database = Database(url: administratorURL, maximumConnections: 1, logger: logger)
        defer { database.close() }
        try await database.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        try await database.execute("CREATE SCHEMA IF NOT EXISTS events")
        let events = Database(url: administratorURL, schema: EventLog.schema, maximumConnections: 1, logger: logger)
        defer { events.close() }
        try await events.migrate(EventLog.migrations)
        for owner in owners { try await prepare(owner, database) }
    }

    private static func prepare(_ owner: Owner, _ database: Database) async throws {
        try await database.transaction { connection in
            let rows = try await connection.query("SELECT 1 AS one FROM pg_roles WHERE rolname = \(owner.name)")
            if rows.isEmpty { try await connection.execute("CREATE ROLE \(identifier: owner.name) LOGIN") }
            // ALTER ROLE takes no bound values; format() quotes.
            let statement = try await connection.query(
                "SELECT format('ALTER ROLE %I PASSWORD %L', \(owner.name)::text, \(owner.password)::text) AS statement")
            if let text = try statement.first?.decode("statement", as: String.self) {
                try await connection.execute(SQL(stringLiteral: text))
            }
            try await connection.execute("CREATE SCHEMA IF NOT EXISTS \(identifier: owner.name) AUTHORIZATION \(identifier: owner.name)")
            try await connection.execute("GRANT USAGE ON SCHEMA events TO \(identifier: owner.name)")
            try await connection.execute("GRANT SELECT ON events.epoch TO \(identifier: owner.name)")
            try await connection.execute("GRANT SELECT, INSERT ON events.log TO \(identifier: owner.name)")
            if owner.name == pruner {
                try await connection.execute("GRANT EXECUTE ON FUNCTION events.prune TO \(identifier: owner.name)")
            }
        }
    }
}
