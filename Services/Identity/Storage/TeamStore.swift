import Contracts
import Foundation
import Postgres

struct TeamStore: Sendable {
    let write: IdentityWrite

    func list() async throws -> [Team] {
        try await write.database.query("SELECT name, created_at FROM teams ORDER BY name").map { row in
            Team(name: try row.decode("name", as: String.self), createdAt: try row.decode("created_at", as: Date.self))
        }
    }

    /// Adds a team; a second team of the name is a conflict.
    func add(
        _ name: String, by actor: String, remember: @escaping @Sendable (Team, Connection) async throws -> Void
    ) async throws -> Team {
        try await write.run { connection in
            let rows = try await connection.query(
                """
                INSERT INTO teams (name)
                     VALUES (\(name))
                ON CONFLICT DO NOTHING
                  RETURNING created_at
                """)
            guard let row = rows.first else { throw Problem(.conflict, "There is a team \(name) already.") }
            try await write.audit(actor, "team.add", name, on: connection)
            let team = Team(name: name, createdAt: try row.decode("created_at", as: Date.self))
            try await remember(team, connection)
            return team
        }
    }

    /// Throws `teamUnknown` unless the team is there.
    func require(_ name: String, on connection: Connection) async throws {
        let rows = try await connection.query("SELECT 1 AS one FROM teams WHERE name = \(name)")
        if rows.isEmpty {
            throw Problem(.teamUnknown, "There is no team \(name).", errors: [FieldFault("team", expected: "the name of a team")])
        }
    }
}
