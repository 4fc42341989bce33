import Contracts
import Foundation
import Postgres

/// What receivers have yet to be told, written in the transaction of the change that it tells of.
struct WebhookOutbox: Sendable {
    /// How long an instance has for one attempt before another takes the delivery up.
    static let lease = 60.0

    let database: Database

    /// Queues an event for every active webhook of a team that asked for it.
    static func add(
        _ event: WebhookEvent, _ data: [String: JSONValue], team: String, at time: Date = .now, on connection: Connection
    ) async throws {
        _ = try await connection.execute(
            """
            INSERT INTO webhook_deliveries (webhook, body)
                 SELECT id, \(WebhookDelivery.body(event, data, at: time))
                   FROM webhooks
                  WHERE team = \(team) AND status = 'ACTIVE' AND \(event.rawValue) = ANY (events)
            """)
    }

    /// The delivery that is next and its webhook's sealed secret, held for one attempt; nil when none is due.
    func claim() async throws -> (delivery: WebhookDelivery, webhook: UUID, sealed: Data?)? {
        let rows = try await database.query(
            """
            WITH next AS (
                SELECT d.id
                  FROM webhook_deliveries d
                 WHERE d.failed_at IS NULL AND d.not_before <= now()
                 ORDER BY d.not_before
                 LIMIT 1
                   FOR UPDATE SKIP LOCKED
            )
               UPDATE webhook_deliveries d
                  SET attempts = d.attempts + 1, not_before = now() + make_interval(secs => \(Self.lease))
                 FROM next, webhooks w
                WHERE d.id = next.id AND w.id = d.webhook
            RETURNING d.id, d.webhook, d.body, d.attempts, w.url, w.secret
            """)
        return try rows.first.map { row in
            (
                WebhookDelivery(
                    id: try row.decode("id"), url: try row.decode("url"), body: try row.decode("body"), attempt: try row.decode("attempts")),
                try row.decode("webhook"), try row.decode("secret")
            )
        }
    }

    /// Settles an attempt; nothing happens when another instance has taken the delivery up since.
    func settle(_ delivery: WebhookDelivery, _ outcome: WebhookDelivery.Outcome) async throws {
        let held: SQL = "id = \(delivery.id) AND attempts = \(delivery.attempt) AND failed_at IS NULL"
        switch outcome {
        case .delivered: _ = try await database.execute("DELETE FROM webhook_deliveries WHERE \(held)")
        case .later(let seconds):
            _ = try await database.execute(
                "UPDATE webhook_deliveries SET not_before = now() + make_interval(secs => \(seconds)) WHERE \(held)")
        case .given(up: let fault):
            _ = try await database.execute("UPDATE webhook_deliveries SET failed_at = now(), fault = \(fault) WHERE \(held)")
        }
    }

    /// Forgets deliveries that were given up a month ago.
    func prune() async throws {
        _ = try await database.execute("DELETE FROM webhook_deliveries WHERE failed_at < now() - interval '30 days'")
    }
}
