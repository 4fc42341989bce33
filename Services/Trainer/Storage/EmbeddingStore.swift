import Contracts
import Foundation
import Postgres

/// Keeps embeddings of rows by frozen models, so that a row is embedded once.
struct EmbeddingStore: Sendable {
    /// Rows asked for or written by one statement.
    static let batch = 500
    /// Days after which an embedding that nobody asked for goes.
    static let days = 30

    let database: Database

    /// Those that are known of these rows.
    ///
    /// - Parameters:
    ///   - model: what they were computed by.
    ///   - rows: digests of the rows' inputs.
    func find(_ rows: [Digest], model: Digest) async throws -> [Digest: [Float]] {
        var found: [Digest: [Float]] = [:]
        for start in stride(from: 0, to: rows.count, by: Self.batch) {
            let names = rows[start..<min(start + Self.batch, rows.count)].map(\.description)
            let kept = try await database.query(
                """
                SELECT input, encode(embedding, 'base64') AS embedding
                  FROM embeddings
                 WHERE model = \(model.description) AND input = ANY(\(names)::text[])
                """)
            try await touch(names, model: model)
            for row in kept {
                let text = try row.decode("embedding", as: String.self)
                guard let bytes = Data(base64Encoded: text, options: .ignoreUnknownCharacters) else { continue }
                found[try row.digest("input")] = Self.floats(bytes)
            }
        }
        return found
    }

    /// Notes that these were asked for, once a day. In order and past what another holds, so that two never wait for each other.
    private func touch(_ names: [String], model: Digest) async throws {
        try await database.execute(
            """
              WITH stale AS (
                   SELECT input
                     FROM embeddings
                    WHERE model = \(model.description) AND input = ANY(\(names)::text[]) AND used_at < now() - interval '1 day'
                    ORDER BY input
                      FOR UPDATE SKIP LOCKED)
            UPDATE embeddings
               SET used_at = now()
              FROM stale
             WHERE embeddings.model = \(model.description) AND embeddings.input = stale.input
            """)
    }

    /// Keeps embeddings of a dataset's rows; those that are there stay. Takes away what was not asked for in a long time.
    func add(_ embeddings: [Digest: [Float]], model: Digest, dataset: String) async throws {
        let all = embeddings.sorted { $0.key.description < $1.key.description }
        for start in stride(from: 0, to: all.count, by: Self.batch) {
            let part = all[start..<min(start + Self.batch, all.count)]
            try await database.execute(
                """
                INSERT INTO embeddings (model, input, dataset, embedding)
                     SELECT \(model.description), e.input, \(dataset), decode(e.embedding, 'base64')
                       FROM unnest(\(part.map(\.key.description))::text[], \(part.map { Self.text($0.value) })::text[]) AS e (input, embedding)
                ON CONFLICT (model, input) DO NOTHING
                """)
        }
        try await database.execute("DELETE FROM embeddings WHERE used_at < now() - make_interval(days => \(Self.days))")
    }

    private static func text(_ values: [Float]) -> String { values.withUnsafeBytes { Data($0) }.base64EncodedString() }

    private static func floats(_ bytes: Data) -> [Float] {
        bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
        }
    }
}
