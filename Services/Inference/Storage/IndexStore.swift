import Contracts
import Foundation
import Postgres

/// Similarity indexes and the queue of their builds, rows of Postgres.
struct IndexStore: Sendable {
    let database: Database

    /// What is kept of an index; nil before a build was asked for.
    func find(_ name: String) async throws -> StoredIndex? {
        let rows = try await database.query("SELECT \(Self.columns) FROM \(Self.tables) WHERE i.name = \(name)")
        return try rows.first.map { try StoredIndex(row: $0) }
    }

    func all() async throws -> [String: StoredIndex] {
        let rows = try await database.query("SELECT \(Self.columns) FROM \(Self.tables)")
        return Dictionary(try rows.map { try StoredIndex(row: $0) }.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The index of a name, by the capability that declared it first; nil where no declaration is known.
    func declared(_ name: String) async throws -> DeclaredIndex? {
        let rows = try await database.query("SELECT capability, spec::text AS spec FROM similarity_wanted WHERE name = \(name)")
        return try rows.first.map { DeclaredIndex(spec: try $0.json("spec"), capability: try $0.decode("capability")) }
    }

    /// Every index, by name.
    func declared() async throws -> [DeclaredIndex] {
        try await database.query("SELECT capability, spec::text AS spec FROM similarity_wanted ORDER BY name").map {
            DeclaredIndex(spec: try $0.json("spec"), capability: try $0.decode("capability"))
        }
    }

    /// Segments that indexes answer from.
    func segments() async throws -> Set<Digest> {
        let rows = try await database.query("SELECT segment FROM similarity_indexes WHERE segment IS NOT NULL")
        return Set(try rows.compactMap { Digest(try $0.decode("segment", as: String.self)) })
    }

    /// Asks for a build. One that is under way is dropped for it.
    func ask(_ spec: IndexSpec, capability: String, version: Int, datasetVersion: Int) async throws {
        let text = try jsonText(spec)
        try await database.execute(
            """
            INSERT INTO similarity_indexes AS i (name, capability, state, next_spec, next_version, next_dataset_version)
                 VALUES (\(spec.name), \(capability), 'waiting', \(text)::jsonb, \(version), \(datasetVersion))
            ON CONFLICT (name) DO UPDATE
                    SET \(Self.asked)
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
            RETURNING next_spec::text AS spec, capability, next_version, next_dataset_version, erasures, fence, attempts
            """)
        return try rows.first.map { row in
            IndexBuild(
                spec: try row.json("spec"), capability: try row.decode("capability"), version: try row.decode("next_version"),
                datasetVersion: try row.decode("next_dataset_version"), erasures: try row.decode("erasures"),
                fence: try row.decode("fence"), attempt: try row.decode("attempts"))
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

    /// Lets a build go, to be claimed again after a pause; of what is wanted by then.
    ///
    /// - Parameter counts: whether this was one of the attempts that a build has; the stop of a worker is none.
    func release(_ build: IndexBuild, pause seconds: Double, counts: Bool = true) async throws {
        try await database.transaction { connection in
            try await connection.execute(
                """
                UPDATE similarity_indexes
                   SET state = 'waiting', fence = fence + 1, attempts = attempts - \(counts ? 0 : 1), lease_until = NULL, worker = NULL,
                       rows_built = NULL, not_before = now() + make_interval(secs => \(seconds))
                 WHERE name = \(build.name) AND fence = \(build.fence)
                """)
            try await IndexFreshness.ask("name = \(build.name)", on: connection)
        }
    }

    /// Ends a build well: it answers from now on. A segment that nobody needs any more is left to ``IndexGarbage``.
    /// Throws ``IndexLeaseLost``.
    ///
    /// - Parameter confirm: makes sure that the segment's file is there, when nobody can delete it any more.
    func finish(
        _ build: IndexBuild, segment: Digest, rows: Int, dimension: Int, bytes: Int,
        confirm: @escaping @Sendable () async throws -> Void = {}
    ) async throws {
        let spec = try jsonText(build.spec)
        try await database.transaction { connection in
            let old = try await connection.query(
                "SELECT segment FROM similarity_indexes WHERE name = \(build.name) AND fence = \(build.fence) FOR UPDATE")
            guard let row = old.first else { throw IndexLeaseLost() }
            // Waits for whoever is deleting the file of this very content.
            try await connection.execute("DELETE FROM similarity_garbage WHERE segment = \(segment.description)")
            try await confirm()
            try await connection.execute(
                """
                UPDATE similarity_indexes
                   SET state = 'ready', spec = \(spec)::jsonb, version = \(build.version), dataset_version = \(build.datasetVersion),
                       segment = \(segment.description), rows = \(rows), dimension = \(dimension), bytes = \(bytes), built_at = now(),
                       built_erasures = \(build.erasures), rows_built = NULL, error = NULL, worker = NULL, lease_until = NULL
                 WHERE name = \(build.name)
                """)
            if let text = try row.decode("segment", as: String?.self), text != segment.description {
                try await IndexGarbage.leave(text, on: connection)
            }
            try await IndexFreshness.ask("name = \(build.name)", on: connection)
        }
    }

    /// Ends a build without a result. Throws ``IndexLeaseLost``.
    func fail(_ build: IndexBuild, error: String) async throws {
        try await database.transaction { connection in
            let failed = try await connection.execute(
                """
                UPDATE similarity_indexes
                   SET state = 'failed', error = \(error), rows_built = NULL, worker = NULL, lease_until = NULL
                 WHERE name = \(build.name) AND fence = \(build.fence)
                """)
            guard failed == 1 else { throw IndexLeaseLost() }
            try await IndexFreshness.ask("name = \(build.name)", on: connection)
        }
    }

    /// What an index becomes when another build is asked for: `excluded` is the new one, `i` what is kept.
    static let asked: SQL = """
        capability = excluded.capability, state = 'waiting', next_spec = excluded.next_spec, next_version = excluded.next_version,
                        next_dataset_version = excluded.next_dataset_version, rows_built = NULL, error = NULL,
                        not_before = excluded.not_before, fence = i.fence + 1, attempts = 0, worker = NULL, lease_until = NULL
        """

    private static let columns: SQL = """
        i.name, i.capability, i.state, i.spec::text AS spec, i.version, i.dataset_version, i.segment, i.rows, i.dimension, i.bytes,
               i.built_at, i.rows_built, i.error, i.erasures, i.next_version, i.next_dataset_version,
               i.segment IS NULL OR i.erasures > i.built_erasures
               OR coalesce(i.spec <> w.spec OR i.version <> w.version OR i.dataset_version <> w.dataset_version, false) AS is_stale
        """

    private static let tables: SQL = """
        similarity_indexes AS i
               LEFT JOIN similarity_wanted AS w ON w.name = i.name AND w.capability = i.capability
        """
}

extension StoredIndex {
    init(row: Row) throws {
        var answering: Answering?
        if let segment = try row.decode("segment", as: String?.self).flatMap({ Digest($0) }) {
            answering = Answering(
                spec: try row.json("spec"), version: try row.decode("version"), datasetVersion: try row.decode("dataset_version"),
                segment: segment, rows: try row.decode("rows"), dimension: try row.decode("dimension"), bytes: try row.decode("bytes"),
                builtAt: try row.decode("built_at"), erasures: try row.decode("erasures"))
        }
        self.init(
            name: try row.decode("name"), capability: try row.decode("capability"), state: try row.state("state"), answering: answering,
            isStale: try row.decode("is_stale"),
            next: SimilarityIndex.Build(version: try row.decode("next_version"), datasetVersion: try row.decode("next_dataset_version")),
            rowsBuilt: try row.decode("rows_built"), error: try row.decode("error"))
    }
}
