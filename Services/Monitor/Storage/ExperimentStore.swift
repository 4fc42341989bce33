import Contracts
import EventLog
import Foundation
import Logging
import Postgres

/// What the experiment-router tells of its experiments, and what their arms did.
struct ExperimentStore: Sendable {
    struct Known: Sendable {
        let capability: String
        let phase: Int
        let kpi: String
    }

    let database: Database

    /// Follows the experiments in the event log.
    func reader(logger: Logger) -> EventReader {
        EventReader(name: "experiments", types: [EventType.experimentChanged], database: database, logger: logger) { event, connection in
            let experiment = try WireJSON.read(Experiment.self, from: event.data)
            try await connection.execute(
                """
                INSERT INTO experiments (id, capability, phase, kpi)
                     VALUES (\(experiment.id), \(experiment.capability), \(experiment.phase), \(experiment.kpi))
                ON CONFLICT (id) DO UPDATE SET phase = greatest(experiments.phase, excluded.phase), kpi = excluded.kpi
                """)
        }
    }

    func find(_ id: String) async throws -> Known? {
        try await database.query("SELECT capability, phase, kpi FROM experiments WHERE id = \(id)").first.map {
            Known(capability: try $0.decode("capability"), phase: try $0.decode("phase"), kpi: try $0.decode("kpi"))
        }
    }

    /// Sufficient statistics of a phase. A unit counts once, by the mean of its KPI values: its requests are not independent.
    ///
    /// A unit has failed when one of its requests did, for the same reason. `teams` are those whose feedback counts; nil for all.
    func outcomes(_ id: String, phase: Int, kpi: String, teams: [String]?) async throws -> ExperimentOutcomes {
        let arms = try await database.query(
            """
            WITH unit_means AS (
                SELECT e.variant, e.unit, avg(least(greatest((f.values ->> \(kpi))::double precision, -1e9), 1e9)) AS mean
                  FROM exposures e
                  JOIN feedback f USING (request_id)
                 WHERE e.experiment = \(id) AND e.phase = \(phase) AND f.values ? \(kpi)
                   AND (\(teams == nil)::boolean OR f.team IS NULL OR f.team = ANY(\(teams ?? [])::text[]))
                 GROUP BY e.variant, e.unit
            ), kpis AS (
                SELECT variant, count(*) AS count, avg(mean) AS mean, var_pop(mean) * count(*) AS m2
                  FROM unit_means
                 GROUP BY variant
            ), arms AS (
                SELECT variant, count(DISTINCT unit) AS units, count(*) AS exposures, count(DISTINCT unit) FILTER (WHERE failed) AS failures,
                       avg(microseconds)::double precision AS mean_us,
                       percentile_cont(0.99) WITHIN GROUP (ORDER BY microseconds) AS p99_us
                  FROM exposures
                 WHERE experiment = \(id) AND phase = \(phase)
                 GROUP BY variant
            )
            SELECT a.variant, a.units, a.exposures, a.failures, coalesce(k.count, 0) AS count, coalesce(k.mean, 0) AS mean,
                   coalesce(k.m2, 0) AS m2, a.mean_us, a.p99_us
              FROM arms a
              LEFT JOIN kpis k USING (variant)
             ORDER BY a.variant
            """
        ).map(ArmOutcome.init(row:))
        return ExperimentOutcomes(experiment: id, phase: phase, kpi: kpi, arms: arms, lostExposures: try await lost(id, phase: phase))
    }

    /// Losses of a phase that is not known count for every phase.
    private func lost(_ id: String, phase: Int) async throws -> Int {
        try await database.query(
            """
            SELECT coalesce(sum(count), 0)::bigint AS lost
              FROM losses
             WHERE experiment = \(id) AND kind = 'exposure' AND phase IN (\(phase), -1)
            """
        ).first?.decode("lost", as: Int.self) ?? 0
    }
}

extension ArmOutcome {
    init(row: Row) throws {
        self.init(
            variant: try row.decode("variant"), units: try row.decode("units"), exposures: try row.decode("exposures"),
            failures: try row.decode("failures"), count: try row.decode("count"), mean: try row.decode("mean"), m2: try row.decode("m2"),
            meanMicroseconds: try row.decode("mean_us"), p99Microseconds: try row.decode("p99_us"))
    }
}
