import BlobStore
import Contracts
import Cryptography
import Foundation
import Postgres

/// Uploads in parts: the parts' files are on disk and their rows in the database, so that an upload outlives the process that began it.
struct UploadStore: Sendable {
    /// A new upload: only its maker learns the key.
    struct Made: Sendable {
        let id: String
        let key: String
    }

    let database: Database
    let artifacts: ArtifactStore
    /// One folder for each upload.
    let folder: URL

    /// Begins an upload of a file in so many parts.
    func begin(_ place: ArtifactPlace, parts: Int, by caller: String) async throws -> Made {
        let made = Made(id: hexadecimal(randomBytes(16)), key: Base64URL.encode(randomBytes(32)))
        // The row first: a folder without one would never be found again.
        try await database.execute(
            """
            INSERT INTO artifact_uploads (id, key, root, path, parts, state, created_at, created_by)
                 VALUES (\(made.id), \(Digest(of: made.key.utf8).description), \(place.root.description), \(place.path.description),
                         \(parts), 'open', now(), \(caller))
            """)
        try FileManager.default.createDirectory(
            at: folder.appending(path: made.id), withIntermediateDirectories: true)
        return made
    }

    /// Lets a part's bytes in: throws `uploadUnknown` for another key and for an upload that has ended.
    func requireOpen(_ id: String, part: Int, key: String) async throws {
        let rows = try await database.query(
            "SELECT key, parts, state FROM artifact_uploads WHERE id = \(id)")
        guard let row = rows.first, try row.decode("state", as: String.self) == "open",
            equalInConstantTime(
                Array(try row.decode("key", as: String.self).utf8),
                Array(Digest(of: key.utf8).description.utf8))
        else { throw Problem(.uploadUnknown, "There is no open upload \(id) with this key.") }
        let parts = try row.decode("parts", as: Int.self)
        guard (1...parts).contains(part) else {
            throw FieldFault("part", expected: "a number between 1 and \(parts)")
        }
    }

    /// A file for the bytes of a part. It counts once it is kept.
    func writer(_ id: String, part: Int) throws -> BlobWriter {
        try BlobWriter(file: folder.appending(path: "\(id)/\(part)-\(UUID().uuidString)"))
    }

    /// Keeps a part; one that came before goes. Throws `uploadUnknown` when the upload has ended meanwhile.
    func keep(_ blob: SealedBlob, of id: String, part: Int) async throws {
        let replaced = try await database.transaction { connection in
            let open = try await connection.query(
                "SELECT 1 AS one FROM artifact_uploads WHERE id = \(id) AND state = 'open' FOR UPDATE")
            guard !open.isEmpty else { throw Problem(.uploadUnknown, "The upload \(id) has ended.") }
            let old = try await connection.query(
                "SELECT file FROM artifact_parts WHERE upload = \(id) AND part = \(part)")
            try await connection.execute(
                """
                INSERT INTO artifact_parts (upload, part, digest, bytes, file)
                     VALUES (\(id), \(part), \(blob.digest.description), \(blob.bytes), \(blob.file.lastPathComponent))
                ON CONFLICT (upload, part) DO UPDATE
                        SET digest = excluded.digest, bytes = excluded.bytes, file = excluded.file
                """)
            return try old.first?.decode("file", as: String.self)
        }
        if let replaced {
            try? FileManager.default.removeItem(at: folder.appending(path: "\(id)/\(replaced)"))
        }
    }

    /// Joins the parts to the file that they are, and keeps it. Again changes nothing.
    func complete(
        _ id: String, at place: ArtifactPlace, claims: [UploadPlan.Claim], by caller: String
    ) async throws {
        switch try await state(id, at: place) {
        case "completed": return
        case "aborted": throw Problem(.uploadUnknown, "The upload \(id) was aborted.")
        default: break
        }
        let plan = try await plan(id)
        let files = try plan.ordered(claims).map { folder.appending(path: "\(id)/\($0.file)") }
        let sealed: SealedBlob
        do {
            sealed = try await join(files)
        } catch {
            // Whoever has ended it meanwhile took the parts away, and so did whoever sent one again.
            if try await state(id, at: place) != "open" { return try await requireCompleted(id, at: place) }
            guard try await self.plan(id) == plan else { throw Problem(.conflict, "A part of upload \(id) came again: complete it anew.") }
            throw error
        }
        defer { sealed.discard() }
        do {
            try await artifacts.put(sealed, at: place, by: caller) { connection in
                let changed = try await connection.execute(
                    "UPDATE artifact_uploads SET state = 'completed', ended_at = now() WHERE id = \(id) AND state = 'open'"
                )
                // Somebody else has ended it meanwhile, and the file may have been replaced since.
                if changed == 0 { throw UploadEnded() }
            }
        } catch is UploadEnded {
            try await requireCompleted(id, at: place)
        }
        dropFolder(id)
    }

    /// Gigabytes would hold up everybody else's requests.
    private func join(_ files: [URL]) async throws -> SealedBlob {
        try await ComputeThread.run("upload") { [artifacts] in
            let writer = try artifacts.files.writer()
            for file in files { try writer.write(contentsOf: file) }
            return try writer.seal()
        }
    }

    private func requireCompleted(_ id: String, at place: ArtifactPlace) async throws {
        guard try await state(id, at: place) == "completed" else {
            throw Problem(.uploadUnknown, "The upload \(id) was aborted.")
        }
    }

    /// Ends an upload without a file. Again changes nothing.
    func abort(_ id: String, at place: ArtifactPlace) async throws {
        guard try await state(id, at: place) == "open" else { return }
        try await database.execute(
            "UPDATE artifact_uploads SET state = 'aborted', ended_at = now() WHERE id = \(id) AND state = 'open'"
        )
        dropFolder(id)
    }

    /// Forgets uploads that were begun before one time and never ended, and those that ended before another. Gives how many went.
    func prune(begunBefore begun: Date, endedBefore ended: Date) async throws -> Int {
        let rows = try await database.query(
            """
               DELETE FROM artifact_uploads
                WHERE (state = 'open' AND created_at < \(begun)) OR ended_at < \(ended)
            RETURNING id
            """)
        for row in rows { dropFolder(try row.decode("id")) }
        return rows.count
    }

    private func state(_ id: String, at place: ArtifactPlace) async throws -> String {
        let rows = try await database.query(
            """
            SELECT state
              FROM artifact_uploads
             WHERE id = \(id) AND root = \(place.root.description) AND path = \(place.path.description)
            """)
        guard let row = rows.first else {
            throw Problem(.uploadUnknown, "There is no upload \(id) of \(place.path).")
        }
        return try row.decode("state")
    }

    private func plan(_ id: String) async throws -> UploadPlan {
        let counts = try await database.query("SELECT parts FROM artifact_uploads WHERE id = \(id)")
        let rows = try await database.query(
            "SELECT part, digest, bytes, file FROM artifact_parts WHERE upload = \(id)")
        let arrived = try rows.map { row in
            UploadPlan.Part(
                number: try row.decode("part"), digest: try row.digest("digest"),
                bytes: try row.decode("bytes"),
                file: try row.decode("file"))
        }
        return UploadPlan(parts: try counts.first?.decode("parts") ?? 0, arrived: arrived)
    }

    private func dropFolder(_ id: String) {
        try? FileManager.default.removeItem(at: folder.appending(path: id))
    }
}

/// An upload has ended while its parts were joined.
private struct UploadEnded: Error {}
