import Contracts
import Foundation
import Postgres

/// What the gateway keeps of each key and session: SHA-256 of the secret and the present token.
struct GatewayEntryStore: Sendable {
    let write: IdentityWrite
    let issuer: TokenIssuer

    func add(key id: String, sha256: String, on connection: Connection) async throws {
        _ = try await connection.execute(
            """
            INSERT INTO gateway_entries (sha256, key, renew_at, change)
                 VALUES (\(sha256), \(id), now(), nextval('gateway_changes'))
            ON CONFLICT (sha256) DO UPDATE SET renew_at = now()
            """)
        try await renew(key: id, on: connection)
    }

    func add(session id: String, sha256: String, on connection: Connection) async throws {
        _ = try await connection.execute(
            """
            INSERT INTO gateway_entries (sha256, session, renew_at, change)
                 VALUES (\(sha256), \(id), now(), nextval('gateway_changes'))
            """)
        try await renew(where: "e.session = \(id)", on: connection)
    }

    func renew(key id: String, on connection: Connection) async throws {
        try await renew(where: "e.key = \(id)", on: connection)
    }

    func renew(person id: String, on connection: Connection) async throws {
        try await renew(where: "s.person = \(id)", on: connection)
    }

    func remove(key id: String, on connection: Connection) async throws {
        try await remove(where: "key = \(id)", on: connection)
    }

    func remove(session id: String, on connection: Connection) async throws {
        try await remove(where: "session = \(id)", on: connection)
    }

    func remove(person id: String, on connection: Connection) async throws {
        try await remove(where: "session IN (SELECT id FROM sessions WHERE person = \(id))", on: connection)
    }

    /// Renews tokens that have passed half of their life; ends entries whose key or session has expired. Returns how many changed.
    func renewDue(limit: Int) async throws -> Int {
        try await write.run { connection in
            let renewed = try await renew(where: "e.renew_at <= now()", limit: limit, on: connection)
            let ended = try await connection.execute(
                """
                UPDATE gateway_entries e
                   SET token = NULL, change = nextval('gateway_changes')
                 WHERE token IS NOT NULL
                   AND (EXISTS (SELECT 1 FROM api_keys k WHERE k.id = e.key AND k.expires_at <= now())
                        OR EXISTS (SELECT 1 FROM sessions s WHERE s.id = e.session AND s.expires_at <= now()))
                """)
            if ended > 0 { try await write.notifyGateway(on: connection) }
            return renewed + ended
        }
    }

    /// Changes after a cursor in order, with the cursor that follows them.
    func changes(after cursor: Int64, limit: Int) async throws -> (entries: [GatewayEntry], cursor: Int64) {
        let rows = try await write.database.query(
            """
            SELECT sha256, token, change
              FROM gateway_entries
             WHERE change > \(cursor)
             ORDER BY change
             LIMIT \(limit)
            """)
        let entries = try rows.map { row in
            GatewayEntry(sha256: try row.decode("sha256", as: String.self), token: try row.decode("token", as: String?.self))
        }
        return (entries, try rows.last?.decode("change", as: Int64.self) ?? cursor)
    }

    private func remove(where condition: SQL, on connection: Connection) async throws {
        _ = try await connection.execute(
            """
            UPDATE gateway_entries
               SET token = NULL, change = nextval('gateway_changes')
             WHERE \(condition) AND token IS NOT NULL
            """)
        try await write.notifyGateway(on: connection)
    }

    @discardableResult
    private func renew(where condition: SQL, limit: Int = 10_000, on connection: Connection) async throws -> Int {
        let rows = try await connection.query(
            """
            SELECT e.sha256, coalesce('key:' || k.id, 'person:' || p.id) AS subject, coalesce(k.team, p.team) AS team,
                   coalesce(k.roles, p.roles) AS roles, coalesce(k.generation, p.generation) AS generation,
                   coalesce(k.expires_at, s.expires_at) AS ends_at
              FROM gateway_entries e
              LEFT JOIN api_keys k ON k.id = e.key
              LEFT JOIN sessions s ON s.id = e.session
              LEFT JOIN people p ON p.id = s.person
             WHERE \(condition)
               AND (e.key IS NULL OR (k.revoked_at IS NULL AND k.sha256 = e.sha256))
               AND (e.session IS NULL OR (s.ended_at IS NULL AND p.removed_at IS NULL))
               AND coalesce(k.expires_at, s.expires_at, 'infinity') > now()
             ORDER BY e.renew_at
             LIMIT \(limit)
            """)
        let now = Date.now
        for row in rows {
            let holder = Holder(
                subject: try row.decode("subject", as: String.self), team: try row.decode("team", as: String.self),
                roles: try row.roles("roles"), generation: try row.decode("generation", as: Int.self),
                endsAt: try row.decode("ends_at", as: Date?.self))
            let token = try issuer.token(for: holder, lifetime: TokenIssuer.gatewayLifetime, at: now)
            _ = try await connection.execute(
                """
                UPDATE gateway_entries
                   SET token = \(token), renew_at = \(now.addingTimeInterval(TokenIssuer.gatewayLifetime / 2)),
                       change = nextval('gateway_changes')
                 WHERE sha256 = \(try row.decode("sha256", as: String.self))
                """)
        }
        if !rows.isEmpty { try await write.notifyGateway(on: connection) }
        return rows.count
    }
}
