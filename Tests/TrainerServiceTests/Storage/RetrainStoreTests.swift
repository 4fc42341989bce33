import Contracts
import EventLog
import Foundation
import Logging
import Postgres
import TestSupport
import Testing

@testable import TrainerService

@Suite("Runs that labels start")
struct RetrainStoreTests {
    private struct Trainer: Sendable {
        let url: String
        let database: Database

        var runs: RunStore { RunStore(database: database, log: EventLog()) }

        func list() async throws -> [TrainingRun] {
            try await runs.list(team: nil, capability: "digits", below: .max, limit: 100).map(\.run)
        }

        /// A run as its owner asks for it.
        func ask(_ id: String) async throws {
            let run = TrainingRun(
                id: id, capability: "digits", state: .queued, manifestRevision: 1, recipe: "softmax-regression", parameters: [:], seed: 7,
                metrics: [:], environment: [:], createdAt: .now)
            let stored = StoredRun(run: run, manifest: try Digits.retrained(newLabels: 100), askedDataset: nil)
            try await database.transaction { try await RunStore.add(stored, team: "documents", by: "key:1", on: $0) }
        }

        /// Works on the oldest job: reads a version, and ends.
        func work(on version: Int, as state: TrainingRun.State = .succeeded) async throws {
            let queue = JobQueue(database: database)
            while let job = try await queue.claim(worker: "w", lease: .seconds(60)) {
                guard job.kind == .run else {
                    try await SuiteStore(database: database).fail(job, error: "not run here")
                    continue
                }
                let run = try await runs.start(job, environment: [:]).run
                try await runs.fix(DatasetReference(name: "digits", version: version), for: job)
                guard state == .succeeded else { return try await runs.end(job, as: state) }
                return try await runs.succeed(job, model(run.id, version))
            }
        }

        private func model(_ run: String, _ version: Int) -> ModelVersion {
            ModelVersion(
                capability: "digits", version: 1, model: Digest(of: [1]), bytes: 1, run: run,
                dataset: DatasetReference(name: "digits", version: version), manifestRevision: 1, recipe: "softmax-regression",
                parameters: [:], seed: 7, metrics: [:], aliases: [], createdAt: .now)
        }

        func commit(_ number: Int, labeled: Int) async throws {
            try await database.tell(try event(number, labeled: labeled))
        }

        func event(_ number: Int, labeled: Int) throws -> EventEnvelope {
            try .committed(
                DatasetVersion(
                    dataset: "digits", number: number, id: Digest(of: [UInt8(number)]), manifest: Digest(of: []), message: "",
                    createdAt: .now, createdBy: "test",
                    splits: ["train": SplitCounts(rows: 1_000, labeled: labeled), "test": SplitCounts(rows: 500, labeled: 500)],
                    segments: [], checks: []))
        }

        func apply(newLabels: Int) async throws {
            try await database.tell(.applied(try Digits.record(try Digits.retrained(newLabels: newLabels))))
        }

        /// Returns when every reader's cursor has passed what is in the log now.
        func followed() async throws {
            let mark = EventEnvelope(source: "/test", type: "mark", subject: UUID().uuidString, data: .object([:]))
            try await database.tell(mark)
            try await eventually {
                let rows = try await database.query(
                    """
                    SELECT 1 AS one
                      FROM events.log AS l, event_cursors AS c
                     WHERE l.id = \(mark.id) AND c.reader = 'retraining' AND (c.txid, c.sequence) >= (l.txid, l.sequence)
                    """)
                return rows.isEmpty ? "events are still to be read" : nil
            }
        }
    }

    /// A database with two instances that follow the events.
    private func withTrainer(_ body: @Sendable (Trainer) async throws -> Void) async throws {
        try await withTrainerDatabase { url in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let instances = (0..<2).map { _ in Database(url: url, schema: "trainer", maximumConnections: 4, logger: logger) }
            defer { for instance in instances { instance.close() } }
            try await instances[0].migrate(TrainerMigrations.all)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for instance in instances { group.addTask { try await RetrainStore(database: instance, logger: logger).reader.run() } }
                try await body(Trainer(url: url, database: instances[0]))
                group.cancelAll()
            }
        }
    }

    @Test("two instances start one run when enough labels were committed, of that version and with the manifest's recipe")
    func once() async throws {
        try await withTrainer { trainer in
            try await trainer.apply(newLabels: 100)
            try await trainer.commit(1, labeled: 100)
            try await trainer.followed()
            #expect(try await trainer.list().isEmpty)

            try await trainer.ask("first")
            try await trainer.work(on: 1)
            try await trainer.commit(2, labeled: 199)
            try await trainer.followed()
            #expect(try await trainer.list().map(\.id) == ["first"])

            for number in 3...12 { try await trainer.commit(number, labeled: 200 + number) }
            try await trainer.followed()
            let runs = try await trainer.list()
            #expect(runs.count == 2)
            let automatic = try #require(runs.first)
            #expect(automatic.state == .queued)
            #expect(automatic.recipe == "softmax-regression")
            #expect(automatic.parameters["l2"] == 0.01)
            #expect(automatic.seed == 7)
            let rows = try await trainer.database.query("SELECT asked_dataset, created_by, team FROM runs WHERE id = \(automatic.id)")
            #expect(try rows.first?.decode("asked_dataset") == 3)
            #expect(try rows.first?.decode("created_by") == "/services/trainer")
            #expect(try rows.first?.decode("team") == "documents")

            try await trainer.work(on: 3)
            try await trainer.commit(13, labeled: 302)
            try await trainer.followed()
            #expect(try await trainer.list().count == 2)
            try await trainer.commit(14, labeled: 303)
            try await trainer.followed()
            #expect(try await trainer.list().count == 3)
        }
    }

    @Test("a run that takes the newest version takes the labels along; labels that came while it settled on an older one are seen")
    func settling() async throws {
        try await withTrainer { trainer in
            try await trainer.apply(newLabels: 100)
            try await trainer.commit(1, labeled: 100)
            try await trainer.ask("first")
            try await trainer.commit(2, labeled: 250)
            try await trainer.followed()
            #expect(try await trainer.list().count == 1)

            try await trainer.work(on: 1)
            let runs = try await trainer.list()
            #expect(runs.map(\.state) == [.queued, .succeeded])
            let rows = try await trainer.database.query("SELECT version, run FROM retrain_runs")
            #expect(rows.count == 1)
            #expect(try rows.first?.decode("version") == 2)
            #expect(try rows.first?.decode("run") == runs.first?.id)
        }
    }

    @Test("one version starts one run by itself, also when that run fails; without retraining in the manifest none does")
    func never() async throws {
        try await withTrainer { trainer in
            try await trainer.apply(newLabels: 100)
            try await trainer.commit(1, labeled: 100)
            try await trainer.ask("first")
            try await trainer.work(on: 1)
            try await trainer.commit(2, labeled: 200)
            try await trainer.followed()
            try await trainer.work(on: 2, as: .failed)
            let again = try trainer.event(2, labeled: 200)
            try await trainer.database.transaction { connection in
                let store = RetrainStore(database: trainer.database, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
                try await store.apply(again, on: connection)
            }
            #expect(try await trainer.list().map(\.state) == [.failed, .succeeded])

            try await trainer.commit(3, labeled: 200)
            try await trainer.followed()
            #expect(try await trainer.list().map(\.state) == [.queued, .failed, .succeeded])
            try await trainer.work(on: 3)

            try await trainer.database.tell(.applied(try Digits.record(try Digits.manifest(), revision: 2)))
            try await trainer.commit(4, labeled: 900)
            try await trainer.followed()
            #expect(try await trainer.list().count == 3)
        }
    }
}
