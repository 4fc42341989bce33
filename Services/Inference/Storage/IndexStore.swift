import Contracts
import Foundation
import Postgres

/// Similarity indexes and the queue of their builds, rows of Postgres.
struct IndexStore: Sendable {
    let database: Database

    /// What is kept of an index; nil before a build was asked for.
    func find(_ name: String) async throws -> StoredIndex? {
        let rows = try await database.query("SELECT \(Self.columns) FROM similarity_indexes WHERE name = \(name)")
        return try rows.first.map { try StoredIndex(row: $0) }
    }

    func all() async throws -> [String: StoredIndex] {
        let rows = try await database.query("SELECT \(Self.columns) FROM similarity_indexes")
        return Dictionary(try rows.map { try StoredIndex(row: $0) }.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Asks for a build. One that is under way is dropped for it.
    func ask(_ spec: IndexSpec, capability: String, version: Int, datasetVersion: Int) async throws {
        let text = try jsonText(spec)
        try await database.execute(
            """
            INSERT INTO similarity_indexes AS i (name, capability, state, next_spec, next_version, next_dataset_version)
                 VALUES (\(spec.name), \(capability), 'waiting', \(text)::jsonb, \(version), \(datasetVersion))
            ON CONFLICT (name) DO UPDATE
                    SET capability = excluded.capability, state = 'waiting', next_spec = excluded.next_spec,
                        next_version = excluded.next_version, next_dataset_version = excluded.next_dataset_version, rows_built = NULL,
                        error = NULL, not_before = now(), fence = i.fence + 1, attempts = 0, worker = NULL, lease_until = NULL
            """)
    }

    /// The oldest build that nobody holds, now held by this worker; nil when there is none.
    func claim(worker: String, lease: Duration) async throws -> IndexBuild? {
        let rows = try await database.query(
            """
               UPDATE similarity_indexes
                  SET state = 'building', fence = fence + 1, attempts = attempts + 1, worker = \(worker), rows_built = 0,
                      lease_until = now() + make_interval(secs => \(lease.inSeconds))
                WHERE name = (SELECT name
                                FROM similarity_indexes
                               WHERE state IN ('waiting', 'building') AND not_before <= now()
                                 AND (lease_until IS NULL OR lease_until < now())
                               ORDER BY not_before
                               LIMIT 1
                                 FOR UPDATE SKIP LOCKED)
            RETURNING next_spec::text AS spec, capability, next_version, next_dataset_version, fence, attempts
            """)
        return try rows.first.map { row in
            IndexBuild(
                spec: try row.json("spec"), capability: try row.decode("capability"), version: try row.decode("next_version"),
                datasetVersion: try row.decode("next_dataset_version"), fence: try row.decode("fence"), attempt: try row.decode("attempts"))
        }
    }

    /// Holds a build for longer, and shows how far it is. Throws ``IndexLeaseLost``.
    func renew(_ build: IndexBuild, lease: Duration, rowsBuilt: Int) async throws {
        let held = try await database.execute(
            """
            UPDATE similarity_indexes
               SET lease_until = now() + make_interval(secs => \(lease.inSeconds)), rows_built = \(rowsBuilt)
             WHERE name = \(build.name) AND fence = \(build.fence)
            """)
        guard held == 1 else { throw IndexLeaseLost() }
    }

    /// Lets a build go, to be claimed again after a pause.
    ///
    /// - Parameter counts: whether this was one of the attempts that a build has; the stop of a worker is none.
    func release(_ build: IndexBuild, pause seconds: Double, counts: Bool = true) async throws {
        try await database.execute(
            """
            UPDATE similarity_indexes
               SET state = 'waiting', fence = fence + 1, attempts = attempts - \(counts ? 0 : 1), lease_until = NULL, worker = NULL,
                   rows_built = NULL, not_before = now() + make_interval(secs => \(seconds))
             WHERE name = \(build.name) AND fence = \(build.fence)
            """)
    }

    /// Ends a build well: it answers from now on. Gives the segment that nobody needs any more, if any. Throws ``IndexLeaseLost``.
    func finish(_ build: IndexBuild, segment: Digest, rows: Int, dimension: Int, bytes: Int) async throws -> Digest? {
        let spec = try jsonText(build.spec)
        return try await database.transaction { connection in
            let old = try await connection.query(
                "SELECT segment FROM similarity_indexes WHERE name = \(build.name) AND fence = \(build.fence) FOR UPDATE")
            guard let row = old.first else { throw IndexLeaseLost() }
            try await connection.execute(
                """
                UPDATE similarity_indexes
                   SET state = 'ready', spec = \(spec)::jsonb, version = \(build.version), dataset_version = \(build.datasetVersion),
                       segment = \(segment.description), rows = \(rows), dimension = \(dimension), bytes = \(bytes), built_at = now(),
                       rows_built = NULL, error = NULL, worker = NULL, lease_until = NULL
                 WHERE name = \(build.name)
                """)
            guard let text = try row.decode("segment", as: String?.self) else { return nil }
            let users = try await connection.query("SELECT 1 AS one FROM similarity_indexes WHERE segment = \(text) LIMIT 1")
            return users.isEmpty ? Digest(text) : nil
        }
    }

    /// Ends a build without a result. Throws ``IndexLeaseLost``.
    func fail(_ build: IndexBuild, error: String) async throws {
        let failed = try await database.execute(
            """
            UPDATE similarity_indexes
               SET state = 'failed', error = \(error), rows_built = NULL, worker = NULL, lease_until = NULL
             WHERE name = \(build.name) AND fence = \(build.fence)
            """)
        guard failed == 1 else { throw IndexLeaseLost() }
    }

    /// Rows of an index that must not be found.
    func deletions(_ name: String) async throws -> Set<String> {
        Set(try await database.query("SELECT row FROM similarity_deletions WHERE name = \(name)").map { try $0.decode("row") })
    }

    private static let columns: SQL = """
        name, state, spec::text AS spec, version, dataset_version, segment, rows, dimension, bytes, built_at, rows_built, error
        """
}

extension StoredIndex {
    init(row: Row) throws {
        var answering: Answering?
        if let segment = try row.decode("segment", as: String?.self).flatMap({ Digest($0) }) {
            answering = Answering(
                spec: try row.json("spec"), version: try row.decode("version"), datasetVersion: try row.decode("dataset_version"),
                segment: segment, rows: try row.decode("rows"), dimension: try row.decode("dimension"), bytes: try row.decode("bytes"),
                builtAt: try row.decode("built_at"))
        }
        self.init(
            name: try row.decode("name"), state: try row.state("state"), answering: answering, rowsBuilt: try row.decode("rows_built"),
            error: try row.decode("error"))
    }
}
