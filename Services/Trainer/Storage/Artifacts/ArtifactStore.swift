import BlobStore
import Contracts
import Foundation
import Postgres

/// Files of runs, logged models and snapshots: rows that say where they are, and blobs that hold the bytes.
///
/// Changes of one root wait for each other. A blob goes when no row names it any more: it is settled, and taken away, under a lock on its
/// digest, so that what is uploaded again while it is being freed is there afterwards. Roots are locked before digests.
struct ArtifactStore: Sendable {
    let database: Database
    let files: DirectoryBlobStore

    /// Keeps a sealed file at a place, in one transaction with what else the body does; what was there before goes.
    ///
    /// Throws a fault of the field `path` where a folder stands in its place, or a file where a folder should.
    func put(
        _ blob: SealedBlob, at place: ArtifactPlace, by caller: String,
        also: @Sendable (Connection) async throws -> Void = { _ in }
    ) async throws {
        // A process that dies between the move of the file and the commit leaves bytes without a row: the sweep finds them by this note.
        try await note([blob.digest])
        let replaced = try await database.transaction { [files] connection in
            try await Self.lock(place.root.description, on: connection)
            try await also(connection)
            try await Self.requireFree(place, on: connection)
            let old = try await Self.file(place, on: connection)
            try await Self.lock(blob.digest.description, on: connection)
            // The one effect outside the database; again it changes nothing.
            try files.settle(blob)
            try await Self.write(
                StoredArtifact(place.path, blob), in: place.root, by: caller, on: connection)
            let freed = old.flatMap { $0.digest == blob.digest ? nil : $0.digest }
            if let freed { try await Self.note([freed], on: connection) }
            return freed
        }
        if let replaced { try await free([replaced]) }
    }

    /// The file at a place; nil where none is.
    func file(_ place: ArtifactPlace) async throws -> StoredArtifact? {
        try await database.query(
            "SELECT path, digest, bytes FROM artifact_files WHERE root = \(place.root.description) AND path = \(place.path.description)"
        ).first.map(StoredArtifact.init(row:))
    }

    /// The names in a folder, in the order of their bytes; none for a file, and for what is not there.
    func list(_ place: ArtifactPlace) async throws -> [ArtifactEntry] {
        let start = place.path.prefix.unicodeScalars.count + 1
        return try await database.query(
            """
            SELECT split_part(substr(path, \(start)), '/', 1) AS name, bool_or(strpos(substr(path, \(start)), '/') > 0) AS is_folder,
                   sum(bytes)::bigint AS bytes
              FROM artifact_files
             WHERE root = \(place.root.description) AND \(Self.below(place.path))
             GROUP BY 1
             ORDER BY 1
            """
        ).map { row in
            let isFolder = try row.decode("is_folder", as: Bool.self)
            return ArtifactEntry(
                name: try row.decode("name"), isFolder: isFolder,
                bytes: isFolder ? nil : try row.decode("bytes"))
        }
    }

    /// Takes away a file, or a folder with all in it; nothing happens where nothing is. Gives how many files went.
    @discardableResult
    func remove(_ place: ArtifactPlace) async throws -> Int {
        let digests = try await database.transaction { connection in
            try await Self.lock(place.root.description, on: connection)
            let rows = try await connection.query(
                """
                   DELETE FROM artifact_files
                    WHERE root = \(place.root.description) AND (path = \(place.path.description) OR \(Self.below(place.path)))
                RETURNING digest
                """)
            let digests = try rows.map { try $0.digest("digest") }
            try await Self.note(digests, on: connection)
            return digests
        }
        try await free(digests)
        return digests.count
    }

    /// All files of a place, by path: the file itself, or what is in the folder.
    static func files(at place: ArtifactPlace, on connection: Connection) async throws
        -> [StoredArtifact]
    {
        try await connection.query(
            """
            SELECT path, digest, bytes
              FROM artifact_files
             WHERE root = \(place.root.description) AND (path = \(place.path.description) OR \(below(place.path)))
             ORDER BY path
            """
        ).map(StoredArtifact.init(row:))
    }

    /// Writes a row, over the one that is there.
    static func write(
        _ file: StoredArtifact, in root: ArtifactRoot, by caller: String, on connection: Connection
    ) async throws {
        try await connection.execute(
            """
            INSERT INTO artifact_files (root, path, digest, bytes, written_at, written_by)
                 VALUES (\(root.description), \(file.path), \(file.digest.description), \(file.bytes), now(), \(caller))
            ON CONFLICT (root, path) DO UPDATE
                    SET digest = excluded.digest, bytes = excluded.bytes, written_at = excluded.written_at,
                        written_by = excluded.written_by
            """)
    }

    /// Makes changes of what a name stands for wait for each other, to the end of the transaction.
    static func lock(_ name: String, on connection: Connection) async throws {
        _ = try await connection.query(
            "SELECT pg_advisory_xact_lock(hashtextextended(\(name), 0)) IS NULL AS locked")
    }

    private static func requireFree(_ place: ArtifactPlace, on connection: Connection) async throws {
        let rows = try await connection.query(
            """
            SELECT path
              FROM artifact_files
             WHERE root = \(place.root.description) AND (path = ANY(\(place.path.ancestors)::text[]) OR \(below(place.path)))
             LIMIT 1
            """)
        guard let other = try rows.first?.decode("path", as: String.self) else { return }
        throw FieldFault(
            "path", expected: "a path that is no folder and goes through no file; '\(other)' is there")
    }

    private static func file(_ place: ArtifactPlace, on connection: Connection) async throws
        -> StoredArtifact?
    {
        try await connection.query(
            "SELECT path, digest, bytes FROM artifact_files WHERE root = \(place.root.description) AND path = \(place.path.description)"
        ).first.map(StoredArtifact.init(row:))
    }

    /// The condition for paths in a folder: a range, so that the key's index finds them ('0' is the byte after '/').
    private static func below(_ path: ArtifactPath) -> SQL {
        path.isRoot ? "true" : "(path > \(path.description + "/") AND path < \(path.description + "0"))"
    }
}

extension StoredArtifact {
    init(row: Row) throws {
        self.init(
            path: try row.decode("path"), digest: try row.digest("digest"), bytes: try row.decode("bytes")
        )
    }

    init(_ path: ArtifactPath, _ blob: SealedBlob) {
        self.init(path: path.description, digest: blob.digest, bytes: blob.bytes)
    }
}

extension Row {
    /// A column that holds a digest's text.
    func digest(_ column: String) throws -> Digest {
        guard let digest = Digest(try decode(column, as: String.self)) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "column \(column) holds no digest"))
        }
        return digest
    }
}
