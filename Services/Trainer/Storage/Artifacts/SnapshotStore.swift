import BlobStore
import Contracts
import Foundation
import Postgres

/// Folders of artifacts as they were when somebody needed them not to change.
struct SnapshotStore: Sendable {
    let database: Database
    let artifacts: ArtifactStore
    /// Where all services find the blobs.
    let shared: DirectoryBlobStore

    /// Keeps what is at a place now; the same content again is the same snapshot. Throws `artifactUnknown` where nothing is.
    func take(_ place: ArtifactPlace, team: String, by caller: String) async throws
        -> ArtifactSnapshot
    {
        let snapshot = try await database.transaction { connection in
            // Nothing of the root goes meanwhile, so neither do the bytes that the new rows name.
            try await ArtifactStore.lock(place.root.description, on: connection)
            let found = try await ArtifactStore.files(at: place, on: connection)
            guard !found.isEmpty else {
                throw Problem(.artifactUnknown, "There is no artifact at \(place.root.uri)/\(place.path).")
            }
            let snapshot = ArtifactSnapshot(found, of: place, team: team)
            try await write(snapshot, by: caller, on: connection)
            return snapshot
        }
        for file in snapshot.files { try await share(file.digest) }
        return snapshot
    }

    /// The team whose snapshot it is; nil for none.
    func team(of id: Digest) async throws -> String? {
        try await database.query("SELECT team FROM artifact_snapshots WHERE id = \(id.description)")
            .first?.decode("team")
    }

    private func write(_ snapshot: ArtifactSnapshot, by caller: String, on connection: Connection)
        async throws
    {
        let isNew = try await connection.execute(
            """
            INSERT INTO artifact_snapshots (id, team, taken_at)
                 VALUES (\(snapshot.id.description), \(snapshot.team), now())
            ON CONFLICT (id) DO NOTHING
            """)
        guard isNew == 1 else { return }
        for file in snapshot.files {
            let stored = StoredArtifact(path: file.path, digest: file.digest, bytes: file.bytes)
            try await ArtifactStore.write(stored, in: .snapshot(snapshot.id), by: caller, on: connection)
        }
    }

    /// Makes an artifact's bytes a blob of the whole mesh, with no copy where both are on one file system.
    private func share(_ digest: Digest) async throws {
        if try await shared.contains(digest) { return }
        let file = try await artifacts.files.localFile(digest)
        guard try await shared.put(linking: file) == digest else { throw BlobError.corrupt(digest) }
    }
}

extension ArtifactSnapshot {
    /// The snapshot of files that are at a place; their paths are below it, the name of a single file stays.
    init(_ found: [StoredArtifact], of place: ArtifactPlace, team: String) {
        let isFile = found.count == 1 && found[0].path == place.path.description
        let dropped = isFile ? ArtifactPath.folder(of: place.path) : place.path.prefix
        let files = found.map {
            File(path: String($0.path.dropFirst(dropped.count)), digest: $0.digest, bytes: $0.bytes)
        }
        let content = JSONValue.object([
            "team": .string(team),
            "files": .array(files.map { .array([.string($0.path), .string($0.digest.description)]) }),
        ])
        let id = Digest(of: content.canonical)
        self.init(
            id: id, uri: ArtifactRoot.snapshot(id).uri, team: team, run: place.root.run, files: files)
    }
}

extension ArtifactPath {
    /// What the path of a file begins with besides its name.
    static func folder(of path: ArtifactPath) -> String {
        path.names.count < 2 ? "" : path.names.dropLast().joined(separator: "/") + "/"
    }
}
