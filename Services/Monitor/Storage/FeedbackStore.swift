import Contracts
import Foundation
import Postgres

/// Feedback, unique by its source and id.
struct FeedbackStore: Sendable {
    let database: Database

    /// Keeps what is new and gives how much that was. The request need not be known (yet).
    /// - Parameter team: who tells; nil for an administrator, whose word counts everywhere.
    func add(_ events: [Feedback], source: String, team: String?) async throws -> Int {
        let now = Date.now
        // In order, so that two transactions cannot wait for each other's rows.
        let sorted = events.map { ($0.source ?? source, $0) }.sorted { ($0.0, $0.1.id) < ($1.0, $1.1.id) }
        let labels = try sorted.map { try $0.1.label.map(Self.text) ?? "" }
        let values = try sorted.map { try $0.1.values.map(Self.text) ?? "" }
        return try await database.execute(
            """
            INSERT INTO feedback (source, id, request_id, row, label, values, time, team)
                 SELECT f.source, f.id, f.request_id, nullif(f.row, -1), nullif(f.label, '')::jsonb, nullif(f.values, '')::jsonb, f.time,
                        \(team)::text
                   FROM unnest(\(sorted.map(\.0))::text[], \(sorted.map(\.1.id))::text[], \(sorted.map(\.1.requestId.description))::text[],
                               \(sorted.map { $0.1.row ?? -1 })::integer[], \(labels)::text[], \(values)::text[],
                               \(sorted.map { WireJSON.text($0.1.time ?? now) })::timestamptz[])
                        AS f (source, id, request_id, row, label, values, time)
            ON CONFLICT (source, id) DO NOTHING
            """)
    }

    private static func text(_ value: some Encodable) throws -> String {
        String(decoding: try WireJSON.encode(value), as: UTF8.self)
    }
}
