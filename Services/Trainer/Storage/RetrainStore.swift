import Contracts
import EventLog
import Foundation
import Logging
import Postgres

/// Starts runs when enough labels were committed, each in the transaction that takes the event in.
struct RetrainStore: Sendable {
    /// What the rule needs of a committed version.
    private struct Committed: Decodable {
        let dataset: String
        let number: Int
        let splits: [String: SplitCounts]
    }

    let database: Database
    let logger: Logger

    /// Follows capabilities and versions of datasets.
    var reader: EventReader {
        EventReader(
            name: "retraining", types: [EventType.capabilityApplied, EventType.datasetCommitted], database: database, logger: logger
        ) { event, connection in try await apply(event, on: connection) }
    }

    /// The effect of one event.
    func apply(_ event: EventEnvelope, on connection: Connection) async throws {
        guard event.type == EventType.datasetCommitted else {
            return try await keep(try WireJSON.read(CapabilityRecord.self, from: event.data), on: connection)
        }
        let version = try WireJSON.read(Committed.self, from: event.data)
        try await connection.execute(
            """
            INSERT INTO retrain_versions (dataset, number, labeled)
                 VALUES (\(version.dataset), \(version.number), \(version.splits["train"]?.labeled ?? 0))
            ON CONFLICT DO NOTHING
            """)
        let rows = try await connection.query("SELECT name FROM retrain_capabilities WHERE dataset = \(version.dataset) ORDER BY name")
        for row in rows { try await Self.consider(try row.decode("name"), on: connection) }
    }

    private func keep(_ record: CapabilityRecord, on connection: Connection) async throws {
        try await connection.execute(
            """
            INSERT INTO retrain_capabilities (name, dataset, record)
                 VALUES (\(record.name), \(record.manifest.data.dataset), \(try jsonText(record))::jsonb)
            ON CONFLICT (name) DO UPDATE SET dataset = excluded.dataset, record = excluded.record
            """)
    }

    /// Queues a run of the newest known version when the rule says so.
    ///
    /// Asked when a version is committed and when a run settles which version it reads. The capability's row is locked, so that of two at
    /// once the second sees what the first did.
    static func consider(_ capability: String, on connection: Connection) async throws {
        let kept = try await connection.query(
            "SELECT record::text AS record FROM retrain_capabilities WHERE name = \(capability) FOR UPDATE")
        guard let record = try kept.first.map({ try $0.json("record", as: CapabilityRecord.self) }),
            let newLabels = record.manifest.training?.retrain?.newLabels
        else { return }
        let newest = try await connection.query(
            """
              SELECT number, labeled
                FROM retrain_versions
               WHERE dataset = \(record.manifest.data.dataset)
               ORDER BY number DESC
               LIMIT 1
            """)
        guard let newest = newest.first else { return }
        let (version, labeled) = (try newest.decode("number", as: Int.self), try newest.decode("labeled", as: Int.self))
        let base = try await base(of: record, on: connection)
        guard RetrainRule(newLabels: newLabels).starts(version: version, labeled: labeled, since: base) else { return }
        try await queue(record, version: version, on: connection)
    }

    private static func base(of record: CapabilityRecord, on connection: Connection) async throws -> RetrainRule.Base {
        let rows = try await connection.query(
            """
              SELECT coalesce((r.dataset->>'version')::integer, r.asked_dataset) AS version, v.labeled
                FROM runs AS r
                     LEFT JOIN retrain_versions AS v
                            ON v.dataset = r.manifest->'data'->>'dataset'
                           AND v.number = coalesce((r.dataset->>'version')::integer, r.asked_dataset)
               WHERE r.capability = \(record.name) AND r.state IN ('succeeded', 'queued', 'running')
                 AND r.manifest->'data'->>'dataset' = \(record.manifest.data.dataset)
                 AND r.reproduces IS NULL AND r.search IS NULL
               ORDER BY r.ordinal DESC
               LIMIT 1
            """)
        guard let row = rows.first else { return .none }
        guard let version = try row.decode("version", as: Int?.self) else { return .newest }
        return .version(version, labeled: try row.decode("labeled"))
    }

    private static func queue(_ record: CapabilityRecord, version: Int, on connection: Connection) async throws {
        let before = try await connection.query(
            "SELECT run FROM retrain_runs WHERE capability = \(record.name) AND version = \(version)")
        // A manifest that no recipe fits starts nothing; its owner is told why when asking for a run.
        guard before.isEmpty, let plan = try? RunPlan(NewRun(capability: record.name, dataset: version), manifest: record.manifest)
        else { return }
        let run = TrainingRun(
            id: RunStore.newID(), capability: record.name, state: .queued, manifestRevision: record.revision,
            recipe: plan.recipe.rawValue, parameters: plan.parameters, seed: plan.seed, metrics: [:], environment: [:], createdAt: .now)
        let stored = StoredRun(run: run, manifest: record.manifest, askedDataset: version)
        try await RunStore.add(stored, team: record.team, by: ServiceName.trainer.eventSource, on: connection)
        try await connection.execute(
            "INSERT INTO retrain_runs (capability, version, run) VALUES (\(record.name), \(version), \(run.id))")
    }
}
