import Contracts
import Foundation
import Postgres

/// Reads predictions with the truth that feedback has told about them.
struct PredictionStore: Sendable {
    /// Which rows a window holds.
    enum Window: Sendable {
        case oldest
        case newest
        /// The newest whose truth is known.
        case newestLabeled
    }

    /// Requests read at once.
    private static let batch = 200

    let database: Database

    /// All that is known of a request. What a shadow answered counts only where nothing else did.
    func trace(_ id: RequestID) async throws -> PredictionTrace {
        let key = id.description
        let predictions = try await database.query("SELECT record FROM predictions WHERE request_id = \(key) ORDER BY shadow, seq LIMIT 1")
        let exposures = try await database.query("SELECT record FROM exposures WHERE request_id = \(key) ORDER BY received_at LIMIT 100")
        let feedback = try await database.query(
            """
            SELECT source, id, request_id, row, label::text AS label, values::text AS values, time
              FROM feedback
             WHERE request_id = \(key)
             ORDER BY seq
             LIMIT 1000
            """)
        return PredictionTrace(
            prediction: try predictions.first.map { try RecordReader.prediction($0.bytes("record")) },
            exposures: try exposures.map { try RecordReader.exposure($0.bytes("record")) }, feedback: try feedback.map(Feedback.init(row:)))
    }

    /// Rows that each version of a capability has answered.
    func rows(_ capability: String, version: Int) async throws -> Int {
        try await database.query("SELECT rows FROM traffic WHERE capability = \(capability) AND version = \(version)")
            .first?.decode("rows", as: Int.self) ?? 0
    }

    /// What a version answered before it was promoted.
    func base(_ capability: String, version: Int, promotedAt: Date) async throws -> WatchState.Base {
        let rows = try await database.query(
            """
            SELECT coalesce(max(seq) FILTER (WHERE received_at < \(promotedAt)), 0) AS seq,
                   coalesce((SELECT rows FROM traffic WHERE capability = \(capability) AND version = \(version)), 0)
                   - coalesce(sum(rows) FILTER (WHERE received_at >= \(promotedAt)), 0) AS rows
              FROM predictions
             WHERE capability = \(capability) AND version = \(version) AND NOT shadow
            """)
        guard let row = rows.first else { return WatchState.Base() }
        return WatchState.Base(seq: try row.decode("seq"), rows: try row.decode("rows"))
    }

    /// Number of the newest feedback.
    func newestFeedback() async throws -> Int {
        try await database.query("SELECT coalesce(max(seq), 0) AS newest FROM feedback").first?.decode("newest", as: Int.self) ?? 0
    }

    /// Number of the newest feedback by capability, of what was told after another one.
    func newestFeedback(after seq: Int) async throws -> [String: Int] {
        let rows = try await database.query(
            """
            SELECT p.capability, max(f.seq) AS newest
              FROM feedback f
              JOIN predictions p USING (request_id)
             WHERE f.seq > \(seq)
             GROUP BY p.capability
            """)
        return Dictionary(try rows.map { (try $0.decode("capability", as: String.self), try $0.decode("newest", as: Int.self)) }) { $1 }
    }

    /// The capabilities that answered requests, with the teams that asked them.
    func origins(of requests: Set<RequestID>) async throws -> [(capability: String, team: String)] {
        try await database.query(
            """
            SELECT DISTINCT capability, team
              FROM predictions
             WHERE request_id = ANY(\(requests.map(\.description))::text[])
             ORDER BY capability, team
            """
        ).map { (try $0.decode("capability"), try $0.decode("team")) }
    }

    /// At most `count` rows that a version answered, shadows left out, newest (or oldest) first.
    ///
    /// - Parameter teams: whose feedback counts, beside that of the team that asked.
    func rows(
        _ window: Window, of capability: String, version: Int, after base: Int = 0, count: Int, teams: [String]
    ) async throws -> [TrafficRow] {
        var rows: [TrafficRow] = []
        var edge = window == .oldest ? base : Int.max
        while rows.count < count {
            let found = try await records(window, capability, version, after: base, beyond: edge)
            guard let last = found.last else { break }
            edge = last.seq
            let labels = try await labels(of: found.map(\.record.requestId), by: teams)
            for (_, record) in found where rows.count < count {
                let all = record.trafficRows(labels: labels[record.requestId] ?? [:])
                rows += window == .newestLabeled ? all.filter { $0.label != nil } : all
            }
        }
        return Array(rows.prefix(count))
    }

    /// The first window of a version's traffic as records, for keeping.
    func firstRecords(_ capability: String, version: Int, after base: Int, rows: Int) async throws -> [PredictionRecord] {
        var records: [PredictionRecord] = []
        var count = 0
        var edge = base
        while count < rows {
            let found = try await self.records(.oldest, capability, version, after: base, beyond: edge)
            guard let last = found.last else { break }
            edge = last.seq
            for (_, record) in found where count < rows {
                records.append(record)
                count += record.rows
            }
        }
        return records
    }

    private func records(
        _ window: Window, _ capability: String, _ version: Int, after base: Int, beyond edge: Int
    ) async throws -> [(seq: Int, record: PredictionRecord)] {
        let place: SQL =
            switch window {
            case .oldest: "p.seq > \(edge) ORDER BY p.seq"
            case .newest: "p.seq < \(edge) ORDER BY p.seq DESC"
            case .newestLabeled:
                """
                p.seq < \(edge)
                   AND EXISTS (SELECT 1 FROM feedback f WHERE f.request_id = p.request_id AND f.label IS NOT NULL)
                 ORDER BY p.seq DESC
                """
            }
        return try await database.query(
            """
            SELECT p.seq, p.record
              FROM predictions p
             WHERE p.capability = \(capability) AND p.version = \(version) AND NOT p.shadow AND p.seq > \(base) AND \(place)
             LIMIT \(Self.batch)
            """
        ).map { (try $0.decode("seq", as: Int.self), try RecordReader.prediction($0.bytes("record"))) }
    }

    /// The truth by request and row; of several tellers the newest counts. Without a row it is about the first.
    private func labels(of requests: [RequestID], by teams: [String]) async throws -> [RequestID: [Int: JSONValue]] {
        let rows = try await database.query(
            """
            SELECT f.request_id, coalesce(f.row, 0) AS row, f.label::text AS label
              FROM feedback f
             WHERE f.request_id = ANY(\(requests.map(\.description))::text[])
               AND f.label IS NOT NULL
               AND (f.team IS NULL
                    OR f.team = ANY(\(teams)::text[])
                    OR EXISTS (SELECT 1 FROM predictions p WHERE p.request_id = f.request_id AND p.team = f.team))
             ORDER BY f.seq
            """)
        var labels: [RequestID: [Int: JSONValue]] = [:]
        for row in rows {
            guard let id = RequestID(try row.decode("request_id", as: String.self)) else { continue }
            labels[id, default: [:]][try row.decode("row", as: Int.self)] = try row.json("label", as: JSONValue.self)
        }
        return labels
    }
}

extension Feedback {
    init(row: Row) throws {
        let request = RequestID(try row.decode("request_id", as: String.self)) ?? RequestID()
        self.init(
            id: try row.decode("id", as: String.self), source: try row.decode("source", as: String.self), requestId: request,
            row: try row.decode("row", as: Int?.self), label: try row.optionalJSON("label", as: JSONValue.self),
            values: try row.optionalJSON("values", as: [String: Double].self), time: try row.decode("time", as: Date.self))
    }
}
