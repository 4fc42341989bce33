import BlobStore
import Contracts
import Foundation
import Postgres

extension ArtifactStore {
    /// A note is looked at once no upload that it was written for can still be on its way.
    static let noteAge: TimeInterval = 900

    /// Notes digests whose bytes may be named by no row.
    func note(_ digests: [Digest]) async throws {
        try await database.execute(Self.noting(digests))
    }

    static func note(_ digests: [Digest], on connection: Connection) async throws {
        try await connection.execute(noting(digests))
    }

    /// Takes away the bytes of digests that no row names. The notes stay: an upload may be under way that settles them again.
    func free(_ digests: [Digest]) async throws {
        for digest in Set(digests) { try await free(digest) }
    }

    /// Looks at old notes, and takes away the bytes that no row names. Gives how many notes it has looked at.
    func sweep(before time: Date, limit: Int = 100) async throws -> Int {
        let rows = try await database.query(
            "SELECT digest FROM artifact_garbage WHERE noted_at < \(time) ORDER BY noted_at LIMIT \(limit)"
        )
        let digests = try rows.map { try $0.digest("digest") }
        for digest in digests { try await free(digest, forgetting: time) }
        return digests.count
    }

    private func free(_ digest: Digest, forgetting time: Date? = nil) async throws {
        try await database.transaction { [files] connection in
            try await Self.lock(digest.description, on: connection)
            let names = try await connection.query(
                "SELECT 1 AS one FROM artifact_files WHERE digest = \(digest.description) LIMIT 1")
            if names.isEmpty { try await files.delete(digest) }
            guard let time else { return }
            try await connection.execute(
                "DELETE FROM artifact_garbage WHERE digest = \(digest.description) AND noted_at < \(time)")
        }
    }

    private static func noting(_ digests: [Digest]) -> SQL {
        """
        INSERT INTO artifact_garbage (digest, noted_at)
             SELECT DISTINCT digest, now()
               FROM unnest(\(digests.map(\.description))::text[]) AS d (digest)
        ON CONFLICT (digest) DO UPDATE SET noted_at = excluded.noted_at
        """
    }
}
