import Contracts
import Foundation
import Postgres

struct SessionStore: Sendable {
    /// An invitation that was made.
    struct Issued: Sendable {
        let token: String
        let expiresAt: Date
        let roles: [Role]
    }

    /// A session that was opened, with the secret of its cookie.
    struct Opened: Sendable {
        let session: SessionInfo
        let secret: String
        let expiresAt: Date
    }

    /// How long a person stays signed in.
    static let lifetime: TimeInterval = 12 * 3600
    /// How long an invitation can be used.
    static let invitationLifetime: TimeInterval = 7 * 86_400

    let write: IdentityWrite
    let entries: GatewayEntryStore

    /// Makes an invitation that signs a person in once.
    func invite(
        _ person: String, by actor: String, remember: @escaping @Sendable (Issued, Connection) async throws -> Void
    ) async throws -> Issued {
        let secret = CredentialSecret(.invitation)
        let end = Date.now.addingTimeInterval(Self.invitationLifetime)
        return try await write.run { connection in
            let rows = try await connection.query("SELECT roles FROM people WHERE id = \(person) AND removed_at IS NULL")
            guard let row = rows.first else { throw Problem(.notFound, "There is no person \(person).") }
            _ = try await connection.execute(
                "INSERT INTO invitations (sha256, person, expires_at) VALUES (\(secret.sha256), \(person), \(end))")
            try await write.audit(actor, "person.invite", person, on: connection)
            let issued = Issued(token: secret.text, expiresAt: end, roles: try row.roles("roles"))
            try await remember(issued, connection)
            return issued
        }
    }

    /// Uses an invitation up and opens a session.
    func open(
        invitation: String, remember: @escaping @Sendable (Opened, Connection) async throws -> Void
    ) async throws -> Opened {
        let secret = CredentialSecret(.session)
        let id = UUID().uuidString.lowercased()
        let end = Date.now.addingTimeInterval(Self.lifetime)
        return try await write.run { connection in
            let used = try await connection.query(
                """
                   UPDATE invitations
                      SET used_at = now()
                    WHERE sha256 = \(CredentialSecret.sha256(invitation)) AND used_at IS NULL AND expires_at > now()
                RETURNING person
                """)
            guard let person = try used.first?.decode("person", as: String.self) else { throw Problem(.invitationSpent) }
            _ = try await connection.execute(
                "INSERT INTO sessions (id, person, sha256, expires_at) VALUES (\(id), \(person), \(secret.sha256), \(end))")
            try await entries.add(session: id, sha256: secret.sha256, on: connection)
            try await write.audit("person:" + person, "session.open", id, on: connection)
            guard let info = try await info(subject: "person:" + person, on: connection) else { throw Problem(.invitationSpent) }
            let opened = Opened(session: info, secret: secret.text, expiresAt: end)
            try await remember(opened, connection)
            return opened
        }
    }

    /// Ends all sessions of a person; tokens of the person stop being handed to the gateway's map.
    func close(person: String) async throws {
        try await write.run { connection in
            try await entries.remove(person: person, on: connection)
            _ = try await connection.execute("UPDATE sessions SET ended_at = now() WHERE person = \(person) AND ended_at IS NULL")
            let rows = try await connection.query(
                "UPDATE people SET generation = generation + 1 WHERE id = \(person) RETURNING generation")
            try await write.audit("person:" + person, "session.close", person, on: connection)
            if let generation = try rows.first?.decode("generation", as: Int.self) {
                try await write.changedRoles(of: "person:" + person, generation: generation, on: connection)
            }
        }
    }

    /// Who a subject is; nil when there is no such person or key.
    func info(subject: String) async throws -> SessionInfo? {
        try await write.database.withConnection { connection in try await info(subject: subject, on: connection) }
    }

    private func info(subject: String, on connection: Connection) async throws -> SessionInfo? {
        let parts = subject.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let id = String(parts[1])
        let rows =
            parts[0] == "person"
            ? try await connection.query("SELECT name, team, roles FROM people WHERE id = \(id) AND removed_at IS NULL")
            : try await connection.query("SELECT name, team, roles FROM api_keys WHERE id = \(id) AND revoked_at IS NULL")
        return try rows.first.map { row in
            let roles = try row.roles("roles")
            let scopes = roles.reduce(into: Set<Scope>()) { $0.formUnion($1.scopes) }
            return SessionInfo(
                subject: subject, name: try row.decode("name", as: String.self), team: try row.decode("team", as: String.self),
                roles: roles, scopes: scopes.sorted { $0.rawValue < $1.rawValue })
        }
    }
}
