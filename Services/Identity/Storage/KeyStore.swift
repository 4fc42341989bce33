import Contracts
import Foundation
import Postgres

struct KeyStore: Sendable {
    let write: IdentityWrite
    let teams: TeamStore
    let entries: GatewayEntryStore

    /// Keys of a team, newest first; of all teams when `team` is nil.
    func list(team: String?) async throws -> [APIKey] {
        try await write.database.query(
            """
            SELECT id, name, team, roles, created_at, expires_at, revoked_at
              FROM api_keys
             WHERE \(team)::text IS NULL OR team = \(team)
             ORDER BY created_at DESC, id
            """
        ).map { try APIKey(row: $0) }
    }

    /// Makes a key. The answer is the only place that ever shows its secret.
    func add(
        _ asked: NewKey, by actor: String, remember: @escaping @Sendable (APIKey, Connection) async throws -> Void
    ) async throws -> APIKey {
        let secret = CredentialSecret(.key)
        let id = UUID().uuidString.lowercased()
        return try await write.run { connection in
            try await teams.require(asked.team, on: connection)
            let rows = try await connection.query(
                """
                INSERT INTO api_keys (id, name, team, roles, sha256, expires_at)
                     VALUES (\(id), \(asked.name), \(asked.team), \(asked.roles.map(\.rawValue)), \(secret.sha256), \(asked.expiresAt))
                  RETURNING id, name, team, roles, created_at, expires_at, revoked_at
                """)
            try await entries.add(key: id, sha256: secret.sha256, on: connection)
            try await write.audit(actor, "key.add", id, detail: asked.team, on: connection)
            guard let row = rows.first else { throw Problem(.internalError) }
            var key = try APIKey(row: row)
            key.secret = secret.text
            try await remember(key, connection)
            return key
        }
    }

    /// Gives a key other roles; tokens with the old ones stop working.
    func setRoles(_ roles: [Role], of id: String, by actor: String) async throws -> APIKey {
        try await write.run { connection in
            let rows = try await connection.query(
                """
                   UPDATE api_keys
                      SET roles = \(roles.map(\.rawValue)), generation = generation + 1
                    WHERE id = \(id) AND revoked_at IS NULL
                RETURNING id, name, team, roles, created_at, expires_at, revoked_at, generation
                """)
            guard let row = rows.first else { throw Problem(.notFound, "There is no key \(id).") }
            try await entries.renew(key: id, on: connection)
            try await write.audit(actor, "key.roles", id, detail: roles.map(\.rawValue).joined(separator: " "), on: connection)
            try await write.changedRoles(of: "key:" + id, generation: try row.decode("generation", as: Int.self), on: connection)
            return try APIKey(row: row)
        }
    }

    /// Revokes a key of a team (of any team when nil). Revoking twice is harmless.
    func revoke(_ id: String, team: String?, by actor: String) async throws {
        try await write.run { connection in
            let rows = try await connection.query("SELECT team, revoked_at FROM api_keys WHERE id = \(id) FOR UPDATE")
            guard let row = rows.first, try team == nil || row.decode("team", as: String.self) == team else {
                throw Problem(.notFound, "There is no key \(id).")
            }
            if try row.decode("revoked_at", as: Date?.self) != nil { return }
            _ = try await connection.execute("UPDATE api_keys SET revoked_at = now() WHERE id = \(id)")
            try await entries.remove(key: id, on: connection)
            try await write.audit(actor, "key.revoke", id, on: connection)
            try await write.revoke(key: id, on: connection)
        }
    }
}

extension APIKey {
    init(row: Row) throws {
        self.init(
            id: try row.decode("id", as: String.self), name: try row.decode("name", as: String.self),
            team: try row.decode("team", as: String.self), roles: try row.roles("roles"),
            createdAt: try row.decode("created_at", as: Date.self), expiresAt: try row.decode("expires_at", as: Date?.self),
            revokedAt: try row.decode("revoked_at", as: Date?.self))
    }
}
