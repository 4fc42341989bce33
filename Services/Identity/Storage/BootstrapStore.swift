import Contracts
import Foundation
import Postgres

/// Writes the credentials of the bootstrap file. Repeating it changes nothing.
struct BootstrapStore: Sendable {
    /// Team of the administrator's key.
    static let team = "platform"
    static let keyID = "administrator"

    let write: IdentityWrite
    let entries: GatewayEntryStore

    func apply(_ bootstrap: IdentityBootstrap) async throws {
        try await write.run { connection in
            for service in bootstrap.services {
                try await connection.execute(
                    """
                    INSERT INTO services (name, sha256)
                         VALUES (\(service.name), \(service.sha256))
                    ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256
                    """)
            }
            try await connection.execute("INSERT INTO teams (name) VALUES (\(Self.team)) ON CONFLICT DO NOTHING")
            if let key = bootstrap.administratorKey { try await administrator(key, on: connection) }
        }
    }

    private func administrator(_ key: IdentityBootstrap.Credential, on connection: Connection) async throws {
        let rows = try await connection.query("SELECT sha256 FROM api_keys WHERE id = \(Self.keyID)")
        if let stored = try rows.first?.decode("sha256", as: String.self) {
            if stored != key.sha256 { try await rotate(to: key, on: connection) }
        } else {
            try await connection.execute(
                """
                INSERT INTO api_keys (id, name, team, roles, sha256)
                     VALUES (\(Self.keyID), \(key.name), \(Self.team), \([Role.administrator.rawValue]), \(key.sha256))
                """)
            try await entries.add(key: Self.keyID, sha256: key.sha256, on: connection)
        }
    }

    /// The old secret and the tokens it gave stop working.
    private func rotate(to key: IdentityBootstrap.Credential, on connection: Connection) async throws {
        try await entries.remove(key: Self.keyID, on: connection)
        let rows = try await connection.query(
            """
               UPDATE api_keys
                  SET sha256 = \(key.sha256), generation = generation + 1
                WHERE id = \(Self.keyID)
            RETURNING generation
            """)
        try await entries.add(key: Self.keyID, sha256: key.sha256, on: connection)
        guard let generation = try rows.first?.decode("generation", as: Int.self) else { return }
        try await write.changedRoles(of: "key:" + Self.keyID, generation: generation, on: connection)
    }
}
