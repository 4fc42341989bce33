import BlobStore
import Contracts
import Postgres

/// What a program logged to its run through MLflow's API.
struct LoggedFiles: Sendable {
    /// An ONNX file.
    struct Model: Sendable {
        let digest: Digest
        let path: String
    }

    static let mostMetrics = 1_000

    let database: Database
    /// Where the bytes of artifacts are.
    let files: any BlobStore

    /// The ONNX file that was logged last, to the run or to one of its models; nil when there is none.
    ///
    /// Only what the run's own team has: anybody may name any run as the source of a model.
    func newest(of run: String) async throws -> Model? {
        let rows = try await database.query(
            """
              SELECT f.digest, f.path
                FROM artifact_files AS f
                     JOIN artifact_roots AS r
                       ON r.root = f.root
                     JOIN runs AS q
                       ON q.id = \(run) AND q.team = r.team
               WHERE f.path LIKE '%.onnx'
                 AND (r.id = \(run)
                      OR r.id IN (SELECT m.id FROM logged_models AS m WHERE m.source_run = \(run) AND m.team = q.team))
               ORDER BY f.written_at DESC, f.path
               LIMIT 1
            """)
        guard let row = rows.first, let digest = Digest(try row.decode("digest", as: String.self)) else { return nil }
        return Model(digest: digest, path: try row.decode("path"))
    }

    /// The last value of each metric; those that are no finite numbers are left out.
    func metrics(of run: String) async throws -> [String: Double] {
        let rows = try await database.query(
            """
              SELECT key, value
                FROM tracked_latest
               WHERE run = \(run) AND value NOT IN ('NaN', 'Infinity', '-Infinity')
               ORDER BY key
               LIMIT \(Self.mostMetrics)
            """)
        var metrics: [String: Double] = [:]
        for row in rows { metrics[try row.decode("key")] = try row.decode("value", as: Double.self) }
        return metrics
    }
}
