import Contracts
import Foundation
import Postgres

struct PersonStore: Sendable {
    let write: IdentityWrite
    let teams: TeamStore
    let entries: GatewayEntryStore

    func list() async throws -> [Person] {
        try await write.database.query(
            """
            SELECT id, name, team, roles, created_at
              FROM people
             WHERE removed_at IS NULL
             ORDER BY name, id
            """
        ).map(Person.init(row:))
    }

    func add(
        _ asked: NewPerson, by actor: String, remember: @escaping @Sendable (Person, Connection) async throws -> Void
    ) async throws -> Person {
        let id = UUID().uuidString.lowercased()
        return try await write.run { connection in
            try await teams.require(asked.team, on: connection)
            let rows = try await connection.query(
                """
                INSERT INTO people (id, name, team, roles)
                     VALUES (\(id), \(asked.name), \(asked.team), \(asked.roles.map(\.rawValue)))
                  RETURNING id, name, team, roles, created_at
                """)
            try await write.audit(actor, "person.add", id, detail: asked.team, on: connection)
            guard let row = rows.first else { throw Problem(.internalError) }
            let person = try Person(row: row)
            try await remember(person, connection)
            return person
        }
    }

    /// Gives a person other roles; tokens with the old ones stop working.
    func setRoles(_ roles: [Role], of id: String, by actor: String) async throws -> Person {
        try await write.run { connection in
            let rows = try await connection.query(
                """
                   UPDATE people
                      SET roles = \(roles.map(\.rawValue)), generation = generation + 1
                    WHERE id = \(id) AND removed_at IS NULL
                RETURNING id, name, team, roles, created_at, generation
                """)
            guard let row = rows.first else { throw Problem(.notFound, "There is no person \(id).") }
            try await entries.renew(person: id, on: connection)
            try await write.audit(actor, "person.roles", id, detail: roles.map(\.rawValue).joined(separator: " "), on: connection)
            try await write.changedRoles(of: "person:" + id, generation: try row.decode("generation", as: Int.self), on: connection)
            return try Person(row: row)
        }
    }

    /// Removes a person: sessions end, tokens stop working.
    func remove(_ id: String, by actor: String) async throws {
        try await write.run { connection in
            let changed = try await connection.execute("UPDATE people SET removed_at = now() WHERE id = \(id) AND removed_at IS NULL")
            guard changed == 1 else { throw Problem(.notFound, "There is no person \(id).") }
            try await entries.remove(person: id, on: connection)
            _ = try await connection.execute("UPDATE sessions SET ended_at = now() WHERE person = \(id) AND ended_at IS NULL")
            try await write.audit(actor, "person.remove", id, on: connection)
            try await write.revoke(subject: "person:" + id, on: connection)
        }
    }
}

extension Person {
    init(row: Row) throws {
        self.init(
            id: try row.decode("id", as: String.self), name: try row.decode("name", as: String.self),
            team: try row.decode("team", as: String.self), roles: try row.roles("roles"),
            createdAt: try row.decode("created_at", as: Date.self))
    }
}

extension Row {
    /// A column of role names. The schema holds only names that this code wrote.
    func roles(_ column: String) throws -> [Role] {
        try decode(column, as: [String].self).compactMap(Role.init(rawValue:))
    }
}
