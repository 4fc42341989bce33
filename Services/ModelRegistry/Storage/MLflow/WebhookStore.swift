import Contracts
import Cryptography
import Foundation
import MLflow
import Postgres

/// Webhooks of teams. Their secrets are sealed under the service's own key and are never given back.
struct WebhookStore: Sendable {
    let database: Database
    /// The service's secret, the same for all instances.
    let key: [UInt8]

    func create(_ webhook: Webhook, secret: String?) async throws -> Webhook {
        _ = try await database.execute(
            """
            INSERT INTO webhooks (id, team, name, url, events, description, status, secret, created_at, updated_at)
                 VALUES (\(webhook.id), \(webhook.team), \(webhook.name), \(webhook.url), \(webhook.events.map(\.rawValue)),
                         \(webhook.description), \(webhook.status.rawValue), \(sealed(secret, of: webhook.id)), \(webhook.createdAt),
                         \(webhook.updatedAt))
            """)
        return webhook
    }

    func find(_ id: UUID, for tenant: Tenant) async throws -> Webhook {
        try await Self.row(id, for: tenant) { try await database.query($0) }
    }

    /// A webhook and its secret, for a trial delivery.
    func withSecret(_ id: UUID, for tenant: Tenant) async throws -> (webhook: Webhook, secret: String?) {
        let webhook = try await find(id, for: tenant)
        let rows = try await database.query("SELECT secret FROM webhooks WHERE id = \(id)")
        return (webhook, secret(try rows.first?.decode("secret", as: Data?.self) ?? nil, of: id))
    }

    /// A team's webhooks, oldest first, behind the one that was last on the page before.
    func list(for tenant: Tenant, after: (createdAt: Int64, id: String)?, limit: Int) async throws -> [Webhook] {
        try await database.query(
            """
            SELECT \(Self.columns)
              FROM webhooks
             WHERE team = \(tenant.team)
               AND ((extract(epoch FROM created_at) * 1000000)::bigint, id::text) > (\(after?.createdAt ?? Int64.min), \(after?.id ?? ""))
             ORDER BY (extract(epoch FROM created_at) * 1000000)::bigint, id::text
             LIMIT \(limit)
            """
        ).map(Webhook.init(row:))
    }

    /// Changes a webhook; a secret of nil stays, an empty one goes.
    func update(
        _ id: UUID, secret: String?, for tenant: Tenant, _ change: @escaping @Sendable (inout Webhook) -> Void
    ) async throws -> Webhook {
        try await database.transaction { connection in
            var webhook = try await Self.row(id, for: tenant) { try await connection.query("\($0) FOR UPDATE") }
            change(&webhook)
            _ = try await connection.execute(
                """
                UPDATE webhooks
                   SET name = \(webhook.name), url = \(webhook.url), events = \(webhook.events.map(\.rawValue)),
                       description = \(webhook.description), status = \(webhook.status.rawValue), updated_at = now()
                 WHERE id = \(id)
                """)
            if let secret {
                _ = try await connection.execute("UPDATE webhooks SET secret = \(sealed(secret, of: id)) WHERE id = \(id)")
            }
            return try await Self.row(id, for: tenant) { try await connection.query($0) }
        }
    }

    func delete(_ id: UUID, for tenant: Tenant) async throws {
        let deleted = try await database.execute(
            "DELETE FROM webhooks WHERE id = \(id) AND (team = \(tenant.team) OR \(tenant.isAdministrator))")
        guard deleted == 1 else { throw Self.unknown(id) }
    }

    /// The text of a sealed secret; nil when there is none, or another service's key sealed it.
    func secret(_ sealed: Data?, of id: UUID) -> String? {
        sealed.flatMap { SealedBox.open([UInt8]($0), key: sealKey(id)) }.map { String(decoding: $0, as: UTF8.self) }
    }

    private func sealed(_ secret: String?, of id: UUID) -> Data? {
        guard let secret, !secret.isEmpty else { return nil }
        return Data(SealedBox.seal(Array(secret.utf8), key: sealKey(id)))
    }

    /// A key for each webhook, so that one's sealed secret is nothing in another's row.
    private func sealKey(_ id: UUID) -> [UInt8] {
        authenticationCode(of: Array("webhook secret\n\(id.uuidString.lowercased())".utf8), key: key)
    }

    private static func row(_ id: UUID, for tenant: Tenant, _ query: (SQL) async throws -> [Row]) async throws -> Webhook {
        let rows = try await query(
            "SELECT \(columns) FROM webhooks WHERE id = \(id) AND (team = \(tenant.team) OR \(tenant.isAdministrator))")
        guard let row = rows.first else { throw unknown(id) }
        return try Webhook(row: row)
    }

    private static func unknown(_ id: UUID) -> MLflowError {
        MLflowError(.resourceDoesNotExist, "Webhook with ID \(id.uuidString.lowercased()) not found.")
    }

    private static let columns: SQL = "id, team, name, url, events, description, status, created_at, updated_at"
}

extension Webhook {
    init(row: Row) throws {
        self.init(
            id: try row.decode("id"), team: try row.decode("team"), name: try row.decode("name"), url: try row.decode("url"),
            events: try row.decode("events", as: [String].self).compactMap(WebhookEvent.init(rawValue:)),
            description: try row.decode("description"), status: Status(rawValue: try row.decode("status")) ?? .disabled,
            createdAt: try row.decode("created_at"), updatedAt: try row.decode("updated_at"))
    }
}
