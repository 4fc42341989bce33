import Contracts
import Foundation
import Postgres

struct AuditStore: Sendable {
    let database: Database

    /// Records below an id, newest first.
    func list(below id: Int, limit: Int) async throws -> [AuditRecord] {
        try await database.query(
            """
            SELECT id, at, actor, action, subject, detail
              FROM audit
             WHERE id < \(id)
             ORDER BY id DESC
             LIMIT \(limit)
            """
        ).map { row in
            AuditRecord(
                id: try row.decode("id"), at: try row.decode("at"), actor: try row.decode("actor"), action: try row.decode("action"),
                subject: try row.decode("subject"), detail: try row.decode("detail"))
        }
    }
}
