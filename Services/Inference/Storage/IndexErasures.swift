import Contracts
import Foundation
import Postgres

/// Rows that indexes must not find any more, whatever build answers.
struct IndexErasures: Sendable {
    /// Erased rows go out of the index's file by one build, for all that come within this time.
    static let gathering = 10.0

    let database: Database

    /// Erases rows from the answer on, and asks for a build without them.
    func erase(_ rows: [String], of index: String, by subject: String) async throws {
        let ids = try jsonText(rows)
        try await database.transaction { connection in
            let erased = try await connection.execute(
                """
                INSERT INTO similarity_deletions (name, row, erased_by)
                     SELECT \(index), row, \(subject)
                       FROM jsonb_array_elements_text(\(ids)::jsonb) AS row
                ON CONFLICT DO NOTHING
                """)
            guard erased > 0 else { return }
            try await connection.execute("UPDATE similarity_indexes SET erasures = erasures + 1 WHERE name = \(index)")
            try await IndexFreshness.ask("name = \(index)", pause: Self.gathering, on: connection)
        }
    }

    /// The erased rows of an index.
    func rows(_ index: String) async throws -> Set<String> {
        Set(try await database.query("SELECT row FROM similarity_deletions WHERE name = \(index)").map { try $0.decode("row") })
    }
}
