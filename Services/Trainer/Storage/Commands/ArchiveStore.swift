import BlobStore
import Contracts
import Postgres

/// Uploaded archives and diffs of teams.
struct ArchiveStore: Sendable {
    let database: Database
    let blobs: any BlobStore

    func put(_ bytes: [UInt8], team: String, by caller: String) async throws -> StoredArchive {
        let digest = try await blobs.put(bytes)
        try await database.execute(
            """
            INSERT INTO archives (digest, team, bytes, uploaded_at, uploaded_by)
                 VALUES (\(digest.description), \(team), \(bytes.count), now(), \(caller))
            ON CONFLICT DO NOTHING
            """)
        return StoredArchive(digest: digest, bytes: bytes.count)
    }

    /// Whether a team (any when nil) has uploaded it.
    func has(_ digest: Digest, team: String?) async throws -> Bool {
        let rows = try await database.query(
            """
            SELECT 1 AS one
              FROM archives
             WHERE digest = \(digest.description) AND (\(team)::text IS NULL OR team = \(team))
             LIMIT 1
            """)
        return !rows.isEmpty
    }
}
