import BlobStore
import Contracts
import Foundation
import Postgres

/// Uploaded files and files of predictions: rows that say whose they are, and blobs that hold the bytes.
///
/// A blob goes when the last row that names it goes. A row is written, and a blob taken away, under a lock on the digest: what is uploaded
/// again while it is being pruned is there afterwards.
struct BatchFileStore: Sendable {
    let database: Database
    let blobs: DirectoryBlobStore

    /// Keeps a file under its digest for a team. The file itself stays.
    func add(_ file: URL, format: TableFormat, team: String) async throws -> UploadedFile {
        let digest = try await blobs.put(file: file)
        let bytes = try await blobs.size(digest)
        let now = Date.now
        try await database.transaction { [blobs] connection in
            try await Self.lock(digest, on: connection)
            if try await !blobs.contains(digest) { _ = try await blobs.put(file: file) }
            try await connection.execute(
                """
                INSERT INTO batch_files (team, digest, format, bytes, created_at)
                     VALUES (\(team), \(digest.description), \(format.rawValue), \(bytes), \(now))
                         ON CONFLICT (team, digest)
                         DO UPDATE SET format = EXCLUDED.format, created_at = EXCLUDED.created_at
                """)
        }
        return UploadedFile(digest: digest, bytes: bytes, format: format, team: team, createdAt: now)
    }

    /// A team's file of a digest. Throws `fileUnknown`, also for files of other teams.
    func find(_ digest: Digest, team: String) async throws -> UploadedFile {
        let rows = try await database.query(
            "SELECT format, bytes, created_at FROM batch_files WHERE team = \(team) AND digest = \(digest.description)")
        guard let row = rows.first else { throw Problem(.fileUnknown, "Team \(team) has uploaded no file \(digest).") }
        return UploadedFile(
            digest: digest, bytes: try row.decode("bytes"), format: try row.state("format"), team: team,
            createdAt: try row.decode("created_at"))
    }

    /// Keeps a file of predictions, in the transaction that names it.
    func settle(_ digest: Digest, file: URL, on connection: Connection) async throws {
        try await Self.lock(digest, on: connection)
        if try await !blobs.contains(digest) { _ = try await blobs.put(file: file) }
    }

    /// Takes away jobs that ended, and files that were uploaded, before a time; none that a job still reads. Gives how many went.
    func prune(before time: Date) async throws -> Int {
        let jobs = try await database.query(
            """
               DELETE FROM batch_jobs
                WHERE id IN (SELECT id FROM batch_jobs WHERE ended_at < \(time) ORDER BY ended_at LIMIT 100)
            RETURNING output
            """)
        let files = try await database.query(
            """
               DELETE FROM batch_files f
                WHERE (team, digest) IN (SELECT team, digest FROM batch_files WHERE created_at < \(time) ORDER BY created_at LIMIT 100)
                  AND NOT EXISTS (SELECT 1
                                    FROM batch_jobs j
                                   WHERE j.state IN ('queued', 'running') AND j.input ->> 'file' = f.digest)
            RETURNING digest
            """)
        let digests = Set(
            try jobs.compactMap { try $0.decode("output", as: String?.self) } + files.map { try $0.decode("digest", as: String.self) })
        for digest in digests.compactMap({ Digest($0) }) { try await dropIfUnnamed(digest) }
        return jobs.count + files.count
    }

    private func dropIfUnnamed(_ digest: Digest) async throws {
        try await database.transaction { [blobs] connection in
            try await Self.lock(digest, on: connection)
            let names = try await connection.query(
                """
                SELECT 1 AS one FROM batch_files WHERE digest = \(digest.description)
                 UNION ALL
                SELECT 1 FROM batch_jobs WHERE output = \(digest.description)
                    OR (state IN ('queued', 'running') AND input ->> 'file' = \(digest.description))
                 LIMIT 1
                """)
            if names.isEmpty { try await blobs.delete(digest) }
        }
    }

    private static func lock(_ digest: Digest, on connection: Connection) async throws {
        _ = try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended(\(digest.description), 0)) IS NULL AS locked")
    }
}
