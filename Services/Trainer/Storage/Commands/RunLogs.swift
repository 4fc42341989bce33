import Foundation
import Postgres

/// What the programs of command recipes have written.
struct RunLogs: Sendable {
    /// A piece of output with its place.
    struct Piece: Sendable {
        let ordinal: Int
        let bytes: Data
    }

    static let pieces = 64

    let database: Database

    /// Adds output of an attempt. Throws ``LeaseLost``.
    func append(_ bytes: [UInt8], of job: Job) async throws {
        guard !bytes.isEmpty else { return }
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            try await connection.execute(
                "INSERT INTO run_logs (run, attempt, output) VALUES (\(job.id), \(job.attempt), \(Data(bytes)))")
        }
    }

    /// The next pieces of a run's output.
    func read(_ run: String, after ordinal: Int) async throws -> [Piece] {
        try await database.query(
            """
            SELECT ordinal, output
              FROM run_logs
             WHERE run = \(run) AND ordinal > \(ordinal)
             ORDER BY ordinal
             LIMIT \(Self.pieces)
            """
        ).map { Piece(ordinal: try $0.decode("ordinal"), bytes: try $0.decode("output")) }
    }
}
