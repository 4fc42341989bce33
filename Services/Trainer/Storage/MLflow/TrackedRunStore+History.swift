import MLflow
import Postgres

extension TrackedRunStore {
    /// Where a page of a history ends: time, step and value of its last point.
    struct HistoryPlace: Sendable {
        let at: Int64
        let step: Int64
        let value: Double
    }

    /// Points of a metric, ordered by time, step and value; at most `limit`.
    func history(_ key: String, of run: String, after place: HistoryPlace?, limit: Int) async throws -> [MetricPoint] {
        let following: SQL =
            place.map { "AND (at, step, value) > (\($0.at)::bigint, \($0.step)::bigint, \($0.value)::float8)" } ?? ""
        return try await database.query(
            """
            SELECT key, at, step, value
              FROM tracked_metrics
             WHERE run = \(run) AND key = \(key) \(following)
             ORDER BY at, step, value
             LIMIT \(limit)
            """
        ).map(MetricPoint.init)
    }

    /// The steps between two, in order, at which any of the runs has a metric.
    func steps(_ key: String, of runs: [String], in range: ClosedRange<Int64>) async throws -> [Int64] {
        try await database.query(
            """
            SELECT DISTINCT step
              FROM tracked_metrics
             WHERE run = ANY(\(runs)::text[]) AND key = \(key) AND step BETWEEN \(range.lowerBound) AND \(range.upperBound)
             ORDER BY step
            """
        ).map { try $0.decode("step") }
    }

    /// Points of a metric at some steps, by run, step and time: of each run the first ones, `limit` at most.
    func points(
        _ key: String, of runs: [String], at steps: [Int64], limit: Int
    ) async throws -> [(run: String, point: MetricPoint)] {
        try await database.query(
            """
            SELECT m.run, m.key, m.at, m.step, m.value
              FROM unnest(\(runs)::text[]) AS r (id)
                   CROSS JOIN LATERAL (
                       SELECT run, key, at, step, value
                         FROM tracked_metrics
                        WHERE run = r.id COLLATE "C" AND key = \(key) AND step = ANY(\(steps)::bigint[])
                        ORDER BY step, at, value
                        LIMIT \(limit)) AS m
             ORDER BY m.run, m.step, m.at, m.value
            """
        ).map { (try $0.decode("run"), try MetricPoint(row: $0)) }
    }
}

extension MetricPoint {
    fileprivate init(row: Row) throws {
        self.init(key: try row.decode("key"), value: try row.decode("value"), at: try row.decode("at"), step: try row.decode("step"))
    }
}
