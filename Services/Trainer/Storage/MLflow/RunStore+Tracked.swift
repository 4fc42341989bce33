import Postgres

extension RunStore {
    /// A client's milliseconds since 1970 as a timestamp. They may be any number, so that what lies before 1970 or after the year 9999 is
    /// moved to that bound.
    private static func time(_ column: SQL) -> SQL {
        """
        CASE WHEN \(column) IS NOT NULL
                            THEN to_timestamp(least(greatest(\(column), 0), 253402300799999) / 1000.0) END
        """
    }

    /// The places of all those runs: a page is picked by them, before anything of a run is put together.
    static let everyPlace: SQL = """
        (SELECT ordinal, capability, team
                          FROM runs
                         UNION ALL
                        SELECT t.ordinal, e.name COLLATE "default", t.team COLLATE "default"
                          FROM tracked_runs AS t
                               JOIN experiments AS e
                                 ON e.team = t.team AND e.id = t.experiment
                         WHERE NOT t.queued AND t.stage = 'active') AS places
        """

    /// Runs of the queue, and those that MLflow's clients have made, in one order.
    static let everyRun: SQL = """
        (SELECT ordinal, id, capability, team, state, manifest_revision, dataset, recipe, parameters, seed, iteration, loss, metrics,
                       environment, model, version, error, created_at, started_at, ended_at, priority, timeout_seconds, attempt, code,
                       splits, command, reproduces, search
                  FROM runs
                 UNION ALL
                SELECT t.ordinal, t.id COLLATE "default", e.name COLLATE "default", t.team COLLATE "default",
                       CASE t.status WHEN 'SCHEDULED' THEN 'queued' WHEN 'RUNNING' THEN 'running' WHEN 'FINISHED' THEN 'succeeded'
                                     WHEN 'FAILED' THEN 'failed' ELSE 'cancelled' END,
                       0, NULL::jsonb, 'mlflow',
                       (SELECT coalesce(jsonb_object_agg(p.key, p.value), '{}') FROM tracked_params AS p WHERE p.run = t.id), 0,
                       NULL::integer, NULL::double precision,
                       (SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}')
                          FROM tracked_latest AS m
                         WHERE m.run = t.id AND m.value <> 'NaN'),
                       '{}'::jsonb, NULL, NULL::integer, NULL, \(time("t.start_time")), \(time("t.start_time")), \(time("t.end_time")),
                       NULL::integer, NULL::integer, NULL::integer, NULL::jsonb, NULL::jsonb, NULL::jsonb, NULL, NULL
                  FROM tracked_runs AS t
                       JOIN experiments AS e
                         ON e.team = t.team AND e.id = t.experiment
                 WHERE NOT t.queued AND t.stage = 'active') AS runs
        """

    /// Metrics of all those runs, one for each step. JSON has no NaN.
    static let everyMetric: SQL = """
        (SELECT run, key, step::bigint AS step, value, at
                  FROM run_metrics
                 UNION ALL
                (SELECT DISTINCT ON (m.run, m.key, m.step) m.run COLLATE "default", m.key COLLATE "default", m.step, m.value,
                        \(time("m.at"))
                   FROM tracked_metrics AS m
                        JOIN tracked_runs AS t
                          ON t.id = m.run
                  WHERE NOT t.queued AND m.value <> 'NaN'
                  ORDER BY m.run, m.key, m.step, m.at DESC)) AS points
        """
}
