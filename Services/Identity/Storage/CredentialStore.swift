import Contracts
import Cryptography
import Foundation
import Postgres

/// Looks credentials up for the token route.
struct CredentialStore: Sendable {
    enum Client: Sendable {
        case service(ServiceName)
        case holder(Holder)
    }

    let database: Database

    /// The client that an id and a secret belong to; nil when they belong to none.
    func client(id: String, secret: String) async throws -> Client? {
        let digest = CredentialSecret.sha256(secret)
        if let service = ServiceName(rawValue: id) {
            let rows = try await database.query("SELECT sha256 FROM services WHERE name = \(id)")
            guard let stored = try rows.first?.decode("sha256", as: String.self),
                equalInConstantTime(Array(stored.utf8), Array(digest.utf8))
            else { return nil }
            return .service(service)
        }
        let rows = try await database.query(
            """
            SELECT sha256, team, roles, generation, expires_at
              FROM api_keys
             WHERE id = \(id) AND revoked_at IS NULL AND coalesce(expires_at, 'infinity') > now()
            """)
        guard let row = rows.first, equalInConstantTime(Array(try row.decode("sha256", as: String.self).utf8), Array(digest.utf8)) else {
            return nil
        }
        return .holder(
            Holder(
                subject: "key:" + id, team: try row.decode("team", as: String.self), roles: try row.roles("roles"),
                generation: try row.decode("generation", as: Int.self), endsAt: try row.decode("expires_at", as: Date?.self)))
    }
}
