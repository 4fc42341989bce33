import BlobStore
import Contracts
import Postgres

/// Segment files that no index needs any more: noted in the transaction that makes them so, and deleted after it, whatever is killed when.
struct IndexGarbage: Sendable {
    let database: Database
    let files: DirectoryBlobStore

    /// Notes a segment, unless another index of the same content answers from it.
    static func leave(_ segment: String, on connection: Connection) async throws {
        try await connection.execute(
            """
            INSERT INTO similarity_garbage (segment)
                 SELECT \(segment)
                  WHERE NOT EXISTS (SELECT FROM similarity_indexes WHERE segment = \(segment))
            ON CONFLICT DO NOTHING
            """)
    }

    /// Notes a segment that no index came to answer from.
    func leave(_ segment: Digest) async throws {
        try await database.transaction { try await Self.leave(segment.description, on: $0) }
    }

    /// Deletes what was left. A row is locked while its file goes: a build that ends with the same content waits, and finds it missing.
    func sweep() async throws {
        let files = files
        while try await database.transaction({ connection in
            let rows = try await connection.query("SELECT segment FROM similarity_garbage LIMIT 1 FOR UPDATE SKIP LOCKED")
            guard let text = try rows.first?.decode("segment", as: String.self) else { return false }
            let users = try await connection.query("SELECT 1 AS one FROM similarity_indexes WHERE segment = \(text) LIMIT 1")
            if users.isEmpty, let digest = Digest(text) { try await files.delete(digest) }
            try await connection.execute("DELETE FROM similarity_garbage WHERE segment = \(text)")
            return true
        }) {}
    }
}
