import Contracts
import Foundation
import Postgres
import Spool

/// Counts segments.
struct SegmentStore: Sendable {
    let database: Database

    /// Keeps a segment's records, once for ever; false when it was counted before.
    func count(_ content: SegmentContent, spool: String, segment: Int) async throws -> Bool {
        try await database.transaction { connection in
            // A concurrent repeat waits here for the first one's end.
            let new = try await connection.execute(
                """
                INSERT INTO segments (spool, segment, records)
                     VALUES (\(spool), \(segment), \(content.count))
                ON CONFLICT DO NOTHING
                """)
            guard new == 1 else { return false }
            try await insertPredictions(content.predictions, on: connection)
            try await insertExposures(content.exposures, on: connection)
            for loss in content.losses { try await insert(loss, on: connection) }
            return true
        }
    }

    /// A request that a peer sent twice has the same id; what one version answered to it is kept once, and counted once.
    private func insertPredictions(_ predictions: [(record: PredictionRecord, json: String)], on connection: Connection) async throws {
        guard !predictions.isEmpty else { return }
        // In order, so that two transactions cannot wait for each other's rows.
        let sorted = predictions.sorted { $0.record.requestId.description < $1.record.requestId.description }
        _ = try await connection.execute(
            """
            WITH kept AS (
                INSERT INTO predictions (request_id, capability, version, shadow, team, rows, record)
                     SELECT *
                       FROM unnest(\(sorted.map { $0.record.requestId.description })::text[], \(sorted.map { $0.record.capability.withoutNUL })::text[],
                                   \(sorted.map(\.record.version))::integer[], \(sorted.map { $0.record.shadow ? "t" : "f" })::boolean[],
                                   \(sorted.map { $0.record.team.withoutNUL })::text[], \(sorted.map(\.record.watchedRows))::integer[],
                                   \(sorted.map(\.json))::text[])
                ON CONFLICT DO NOTHING
                  RETURNING capability, version, shadow, rows
            )
            INSERT INTO traffic (capability, version, requests, rows)
                 SELECT capability, version, count(*), sum(rows)
                   FROM kept
                  WHERE NOT shadow
                  GROUP BY capability, version
                  ORDER BY capability, version
            ON CONFLICT (capability, version) DO UPDATE
                    SET requests = traffic.requests + excluded.requests, rows = traffic.rows + excluded.rows
            """)
    }

    private func insertExposures(_ exposures: [(record: ExposureRecord, json: String)], on connection: Connection) async throws {
        guard !exposures.isEmpty else { return }
        let sorted = exposures.sorted { $0.record.requestId.description < $1.record.requestId.description }
        try await connection.execute(
            """
            INSERT INTO exposures (request_id, experiment, phase, variant, unit, failed, microseconds, record)
                 SELECT *
                   FROM unnest(\(sorted.map { $0.record.requestId.description })::text[], \(sorted.map { $0.record.experiment.withoutNUL })::text[],
                               \(sorted.map(\.record.phase))::integer[], \(sorted.map { $0.record.variant.withoutNUL })::text[],
                               \(sorted.map { $0.record.unit.withoutNUL })::text[], \(sorted.map { $0.record.failed ? "t" : "f" })::boolean[],
                               \(sorted.map(\.record.microseconds))::bigint[], \(sorted.map(\.json))::text[])
            ON CONFLICT DO NOTHING
            """)
    }

    private func insert(_ loss: SpoolLoss, on connection: Connection) async throws {
        try await connection.execute(
            """
            INSERT INTO losses (experiment, phase, kind, count)
                 VALUES (\((loss.key.experiment ?? "").withoutNUL), \(Int(Int32(exactly: loss.key.phase ?? -1) ?? -1)),
                         \("\(loss.key.kind)"), \(loss.count))
            ON CONFLICT (experiment, phase, kind) DO UPDATE SET count = losses.count + excluded.count
            """)
    }
}

extension String {
    /// Postgres holds no U+0000, and a client may have sent one.
    fileprivate var withoutNUL: String { utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self }
}
