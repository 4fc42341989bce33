import Contracts
import EventLog
import Foundation
import Postgres

struct RunStore: Sendable {
    let database: Database
    let log: EventLog

    /// An id for a run: 32 hexadecimal digits.
    static func newID() -> String { UUID().uuidString.lowercased().replacing("-", with: "") }

    /// Keeps a new run and queues it.
    func add(
        _ stored: StoredRun, team: String, by caller: String, remember: @escaping @Sendable (Connection) async throws -> Void = { _ in }
    ) async throws {
        try await database.transaction { connection in
            try await Self.add(stored, team: team, by: caller, on: connection)
            try await remember(connection)
        }
    }

    static func add(_ stored: StoredRun, team: String, by caller: String, on connection: Connection) async throws {
        let run = stored.run
        try await connection.execute(
            """
            INSERT INTO runs (id, capability, team, state, manifest_revision, manifest, asked_dataset, recipe, parameters, seed,
                              created_at, created_by, priority, timeout_seconds, command, reproduces, search, code)
                 VALUES (\(run.id), \(run.capability), \(team), \(run.state.rawValue), \(run.manifestRevision),
                         \(try jsonText(stored.manifest))::jsonb, \(stored.askedDataset), \(run.recipe),
                         \(try jsonText(run.parameters))::jsonb, \(run.seed), \(run.createdAt), \(caller),
                         \(run.priority ?? 0), \(run.timeoutSeconds ?? QueueRules.standardTimeout),
                         \(try run.command.map { try jsonText($0) })::jsonb, \(run.reproduces), \(run.search),
                         \(try run.code.map { try jsonText($0) })::jsonb)
            """)
        try await JobQueue.add(
            .run, run.id, team: team, priority: run.priority ?? 0, timeout: run.timeoutSeconds ?? QueueRules.standardTimeout,
            on: connection)
        try await TrackedRuns.queued(run, team: team, by: caller, on: connection)
    }

    /// Runs of a team (of all teams when nil) below a cursor, newest first, with the place of each.
    func list(
        team: String? = nil, capability: String?, below ordinal: Int, limit: Int
    ) async throws -> [(run: TrainingRun, ordinal: Int)] {
        try await database.query(
            """
            SELECT \(Self.columns)
              FROM \(Self.everyRun)
             WHERE ordinal = ANY(ARRAY(
                       SELECT ordinal
                         FROM \(Self.everyPlace)
                        WHERE ordinal < \(ordinal) AND (\(capability)::text IS NULL OR capability = \(capability))
                          AND (\(team)::text IS NULL OR team = \(team))
                        ORDER BY ordinal DESC
                        LIMIT \(limit)))
             ORDER BY ordinal DESC
            """
        ).map { (try TrainingRun(row: $0), try $0.decode("ordinal")) }
    }

    /// Throws `runUnknown`.
    func find(_ id: String) async throws -> (run: TrainingRun, team: String) {
        let rows = try await database.query(Self.one(id))
        guard let row = rows.first else { throw Problem(.runUnknown, "There is no run \(id).") }
        return (try TrainingRun(row: row), try row.decode("team"))
    }

    /// The run of an id, by its place: the ids of both kinds of runs in one have no index.
    static func one(_ id: String) -> SQL {
        """
        SELECT \(columns)
          FROM \(everyRun)
         WHERE ordinal = ANY(ARRAY(
                   SELECT ordinal FROM runs WHERE id = \(id)
                    UNION ALL
                   SELECT ordinal FROM tracked_runs WHERE id = \(id) AND NOT queued))
        """
    }

    /// A run with its manifest. Throws `runUnknown`.
    func stored(_ id: String) async throws -> StoredRun {
        try await database.withConnection { try await Self.read(id, on: $0) }
    }

    /// Metrics of a run after a cursor, by key and step.
    func metrics(_ id: String, after key: String, step: Int, limit: Int) async throws -> [RunMetric] {
        try await database.query(
            """
            SELECT key, step, value, at
              FROM \(Self.everyMetric)
             WHERE run = \(id) AND (key, step) > (\(key), \(step))
             ORDER BY key, step
             LIMIT \(limit)
            """
        ).map { RunMetric(key: try $0.decode("key"), step: try $0.decode("step"), value: try $0.decode("value"), at: try $0.decode("at")) }
    }

    /// Cancels a run that nobody works on; asks the worker of another. Throws `conflict` for one that has ended otherwise.
    func cancel(_ id: String) async throws -> TrainingRun {
        try await database.transaction { connection in
            let jobs = try await connection.query(
                """
                   UPDATE jobs
                      SET cancel_asked = true
                    WHERE kind = 'run' AND id = \(id)
                RETURNING fence, attempts, coalesce(lease_until > now(), false) AS held
                """)
            if let row = jobs.first, try !row.decode("held", as: Bool.self) {
                let job = Job(kind: .run, id: id, fence: try row.decode("fence"), attempt: try row.decode("attempts"))
                return try await end(job, as: .cancelled, on: connection)
            }
            let run = try await Self.read(id, on: connection).run
            guard run.state == .running || run.state == .cancelled else {
                throw Problem(.conflict, "Run \(id) has \(run.state.rawValue) already.")
            }
            return run
        }
    }

    /// The run of a job, running from now on.
    ///
    /// - Parameter code: of a recipe that the service brings along; a command's is known from the start.
    func start(_ job: Job, environment: [String: String], code: RunCode? = nil) async throws -> StoredRun {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            try await connection.execute(
                """
                UPDATE runs
                   SET state = 'running', started_at = coalesce(started_at, now()), environment = \(try jsonText(environment))::jsonb,
                       error = NULL, attempt = \(job.attempt), code = coalesce(code, \(try code.map { try jsonText($0) })::jsonb)
                 WHERE id = \(job.id)
                """)
            let stored = try await Self.read(job.id, on: connection)
            try await TrackedRuns.changed(stored.run, on: connection)
            return stored
        }
    }

    /// Fixes which dataset version the run reads, for every attempt at it. A newer one may be there already, with labels worth a run.
    func fix(_ dataset: DatasetReference, for job: Job) async throws {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            let rows = try await connection.query(
                "UPDATE runs SET dataset = \(try jsonText(dataset))::jsonb WHERE id = \(job.id) RETURNING capability")
            if let row = rows.first { try await RetrainStore.consider(try row.decode("capability"), on: connection) }
        }
    }

    /// Notes which rows the run reads.
    func fix(splits: [String: Digest], for job: Job) async throws {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            try await connection.execute("UPDATE runs SET splits = \(try jsonText(splits))::jsonb WHERE id = \(job.id)")
        }
    }

    /// Shows how far the run is.
    func note(_ points: [ProgressPoint], for job: Job) async throws {
        guard let last = points.last else { return }
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            try await connection.execute("UPDATE runs SET iteration = \(last.iteration), loss = \(last.loss) WHERE id = \(job.id)")
            try await write("loss", points.map { ($0.iteration, $0.loss, $0.at) }, run: job.id, on: connection)
        }
    }

    /// Ends the run well: its suite is queued under the run's own id.
    func succeed(_ job: Job, _ version: ModelVersion) async throws {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            let changed = try await connection.query(
                """
                   UPDATE runs
                      SET state = 'succeeded', ended_at = now(), model = \(version.model.description), version = \(version.version),
                          metrics = \(try jsonText(version.metrics))::jsonb
                    WHERE id = \(job.id)
                RETURNING team
                """)
            let team = try changed.first?.decode("team", as: String.self) ?? ""
            let run = try await Self.read(job.id, on: connection).run
            for (key, value) in version.metrics.sorted(by: { $0.key < $1.key }) {
                try await write(key, [(run.iteration ?? 0, value, .now)], run: run.id, on: connection)
            }
            try await SuiteStore.add(
                id: run.id, NewSuite(capability: run.capability, version: version.version, dataset: run.dataset?.version), team: team,
                by: ServiceName.trainer.eventSource, on: connection)
            try await JobQueue.finish(job, on: connection)
            try await tell(run, on: connection)
        }
    }

    /// Ends a run well that registers no version: one that repeats another, or a trial of a search.
    func conclude(_ job: Job, model: Digest?, metrics: [String: Double], score: TrialScore? = nil) async throws {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            try await connection.execute(
                """
                UPDATE runs
                   SET state = 'succeeded', ended_at = now(), model = \(model?.description), metrics = \(try jsonText(metrics))::jsonb
                 WHERE id = \(job.id)
                """)
            let run = try await Self.read(job.id, on: connection).run
            for (key, value) in metrics.sorted(by: { $0.key < $1.key }) {
                try await write(key, [(run.iteration ?? 0, value, .now)], run: run.id, on: connection)
            }
            if let score { try await SearchStore.note(score, of: run.id, on: connection) }
            try await JobQueue.finish(job, on: connection)
            try await tell(run, on: connection)
        }
    }

    /// Ends the run without a model.
    func end(_ job: Job, as state: TrainingRun.State, error: String? = nil) async throws {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            _ = try await end(job, as: state, error: error, on: connection)
        }
    }

    /// Back to the queue, with the reason why the attempt came to nothing.
    func requeue(_ job: Job, error: String) async throws {
        try await database.transaction { connection in
            try await JobQueue.require(job, on: connection)
            try await connection.execute("UPDATE runs SET state = 'queued', error = \(error) WHERE id = \(job.id)")
            try await TrackedRuns.changed(try await Self.read(job.id, on: connection).run, on: connection)
        }
    }

    private func end(_ job: Job, as state: TrainingRun.State, error: String? = nil, on connection: Connection) async throws -> TrainingRun {
        try await connection.execute(
            "UPDATE runs SET state = \(state.rawValue), ended_at = now(), error = \(error) WHERE id = \(job.id)")
        try await JobQueue.finish(job, on: connection)
        let run = try await Self.read(job.id, on: connection).run
        try await tell(run, on: connection)
        return run
    }

    /// Tells of a run's end, to MLflow's clients too.
    private func tell(_ run: TrainingRun, on connection: Connection) async throws {
        try await TrackedRuns.changed(run, on: connection)
        let event = EventEnvelope(
            source: ServiceName.trainer.eventSource, type: EventType.runEnded, subject: "\(run.capability)/\(run.id)",
            data: try WireJSON.value(run))
        try await log.append(event, on: connection)
        if let search = run.search { try await SearchStore.consider(search, on: connection) }
    }

    private static func read(_ id: String, on connection: Connection) async throws -> StoredRun {
        let rows = try await connection.query(
            "SELECT \(columns), manifest::text AS manifest, asked_dataset FROM runs WHERE id = \(id)")
        guard let row = rows.first else { throw Problem(.runUnknown, "There is no run \(id).") }
        return try StoredRun(row: row)
    }

    private func write(_ key: String, _ points: [(step: Int, value: Double, at: Date)], run: String, on connection: Connection) async throws
    {
        // A run that is taken up again writes the same steps once more.
        try await connection.execute(
            """
            INSERT INTO run_metrics (run, key, step, value, at)
                 SELECT \(run), \(key), step, value, to_timestamp(at)
                   FROM unnest(\(points.map(\.step))::integer[], \(points.map(\.value))::float8[],
                               \(points.map { $0.at.timeIntervalSince1970 })::float8[]) AS p (step, value, at)
            ON CONFLICT (run, key, step) DO UPDATE SET value = excluded.value, at = excluded.at
            """)
        try await TrackedRuns.logged(key, points, run: run, on: connection)
    }

    static let columns: SQL = """
        ordinal, id, capability, team, state, manifest_revision, dataset::text AS dataset, recipe, parameters::text AS parameters, seed,
               iteration, loss, metrics::text AS metrics, environment::text AS environment, model, version, error, created_at,
               started_at, ended_at, priority, timeout_seconds, attempt, code::text AS code, splits::text AS splits,
               command::text AS command, reproduces, search
        """
}
