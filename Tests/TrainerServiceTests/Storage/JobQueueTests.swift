import Contracts
import EventLog
import Foundation
import Logging
import Postgres
import TestSupport
import Testing

@testable import TrainerService

@Suite("The queue of work")
struct JobQueueTests {
    /// The trainer's stores on a database of their own.
    private struct Stores: Sendable {
        let database: Database
        var queue: JobQueue { JobQueue(database: database) }
        var runs: RunStore { RunStore(database: database, log: EventLog()) }
        var suites: SuiteStore { SuiteStore(database: database) }

        func add(_ id: String, team: String = "documents", priority: Int = 0, timeout: Int = 86_400) async throws {
            let manifest = try Digits.manifest()
            let run = TrainingRun(
                id: id, capability: "digits", state: .queued, manifestRevision: 1, recipe: "softmax-regression", parameters: [:], seed: 7,
                metrics: [:], environment: [:], createdAt: .now, priority: priority, timeoutSeconds: timeout)
            try await runs.add(StoredRun(run: run, manifest: manifest, askedDataset: nil), team: team, by: "key:1")
        }

        func claim() async throws -> Job? { try await queue.claim(worker: "w", lease: .seconds(60)) }

        func events() async throws -> Int {
            try await database.query("SELECT count(*) AS events FROM events.log").first?.decode("events") ?? -1
        }
    }

    private func withStores(_ body: @Sendable (Stores) async throws -> Void) async throws {
        try await withTrainerDatabase { url in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let database = Database(url: url, schema: "trainer", maximumConnections: 8, logger: logger)
            defer { database.close() }
            try await database.migrate(TrainerMigrations.all)
            try await body(Stores(database: database))
        }
    }

    private func version(_ run: String) -> ModelVersion {
        ModelVersion(
            capability: "digits", version: 1, model: Digest(of: [1]), bytes: 1, run: run,
            dataset: DatasetReference(name: "digits", version: 1),
            manifestRevision: 1, recipe: "softmax-regression", parameters: [:], seed: 7, metrics: ["train_loss": 0.5], aliases: [],
            createdAt: .now)
    }

    @Test("many workers at once claim each job once, the oldest first")
    func concurrency() async throws {
        try await withStores { stores in
            let ids = (0..<40).map { "run-\($0)" }
            for id in ids { try await stores.add(id) }
            let first = try await stores.queue.claim(worker: "w", lease: .seconds(60))
            #expect(first?.id == "run-0")

            let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        var own: [String] = []
                        while let job = try await stores.queue.claim(worker: "w\(worker)", lease: .seconds(60)) { own.append(job.id) }
                        return own
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }

            #expect(claimed.sorted() == ids.dropFirst().sorted())
            #expect(try await stores.queue.claim(worker: "late", lease: .seconds(60)) == nil)
        }
    }

    @Test("after a lost lease only the new holder can commit: one event, one suite")
    func fencing() async throws {
        try await withStores { stores in
            try await stores.add("run-1")
            guard let old = try await stores.queue.claim(worker: "old", lease: .milliseconds(50)) else { throw TestSupportError("no job") }
            _ = try await stores.runs.start(old, environment: [:])
            let claims = Recorder<Job?>(nil)
            try await eventually {
                let job = try await stores.queue.claim(worker: "new", lease: .seconds(60))
                claims.change { $0 = job }
                return job == nil ? "still held" : nil
            }
            guard let new = claims.value else { throw TestSupportError("no job") }
            #expect(new.fence == old.fence + 1)
            #expect(new.attempt == 2)

            await #expect(throws: LeaseLost.self) { _ = try await stores.queue.renew(old, lease: .seconds(60)) }
            await #expect(throws: LeaseLost.self) { try await stores.runs.succeed(old, version("run-1")) }
            await #expect(throws: LeaseLost.self) { try await stores.runs.end(old, as: .failed, error: "x") }
            await #expect(throws: LeaseLost.self) {
                try await stores.runs.note([ProgressPoint(iteration: 9, loss: 9, at: .now)], for: old)
            }
            try await stores.queue.release(old, pause: 0)
            #expect(try await stores.events() == 0)

            _ = try await stores.runs.start(new, environment: ["blas": "1"])
            try await stores.runs.succeed(new, version("run-1"))
            let run = try await stores.runs.find("run-1").run
            #expect(run.state == .succeeded)
            #expect(run.version == 1)
            #expect(run.iteration == nil)
            #expect(run.environment == ["blas": "1"])
            #expect(try await stores.events() == 1)
            #expect(try await stores.suites.find("run-1").suite.state == .queued)
            await #expect(throws: LeaseLost.self) { try await stores.runs.succeed(new, version("run-1")) }
        }
    }

    @Test("the highest priority starts first, then the team with the fewest at work, then the oldest")
    func order() async throws {
        try await withStores { stores in
            try await stores.add("a-1", team: "a")
            try await stores.add("a-2", team: "a")
            try await stores.add("b-1", team: "b")
            try await stores.add("a-urgent", team: "a", priority: 5)
            try await stores.add("b-late", team: "b", priority: -5)
            var order: [String] = []
            while let job = try await stores.claim() { order.append(job.id) }
            #expect(order == ["a-urgent", "b-1", "a-1", "a-2", "b-late"])
        }
    }

    @Test("a team has no more jobs at work than its quota, however many workers ask at once; others go on")
    func quota() async throws {
        try await withStores { stores in
            let quotas = QuotaStore(queue: stores.queue)
            _ = try await quotas.set(3, of: "a", by: "key:1")
            for index in 0..<10 { try await stores.add("a-\(index)", team: "a", priority: 1) }
            try await stores.add("b-0", team: "b")

            let claimed = try await withThrowingTaskGroup(of: [Job].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var own: [Job] = []
                        while let job = try await stores.claim() { own.append(job) }
                        return own
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.map(\.id).sorted() == ["a-0", "a-1", "a-2", "b-0"])
            let quota = try await quotas.find("a")
            #expect(quota == TeamQuota(team: "a", limit: 3, running: 3, waiting: 7))

            let done = try #require(claimed.first { $0.id == "a-0" })
            try await stores.runs.end(done, as: .failed, error: "x")
            #expect(try await stores.claim()?.id == "a-3")
            #expect(try await stores.claim() == nil)
            _ = try await quotas.set(0, of: "a", by: "key:1")
            try await stores.add("a-urgent", team: "a", priority: 100)
            #expect(try await stores.claim() == nil)
        }
    }

    @Test("a job's time runs from its first claim, over all attempts; the holder is told, and so is who claims it late")
    func overdue() async throws {
        try await withStores { stores in
            try await stores.add("run-1", timeout: 3_600)
            let first = try #require(try await stores.claim())
            #expect(try await stores.queue.renew(first, lease: .seconds(60)) == .held)
            try await stores.queue.release(first, pause: 0)
            let second = try #require(try await stores.claim())
            #expect(!second.isOverdue)
            let rows = try await stores.database.query(
                "SELECT deadline < now() + interval '3601 seconds' AS kept FROM jobs WHERE id = 'run-1'")
            #expect(try rows.first?.decode("kept", as: Bool.self) == true)
            try await stores.database.execute("UPDATE jobs SET deadline = now() - interval '1 second' WHERE id = 'run-1'")
            #expect(try await stores.queue.renew(second, lease: .seconds(60)) == .overdue)
            try await stores.queue.release(second, pause: 0)
            #expect(try await stores.claim()?.isOverdue == true)
        }
    }

    @Test("a job that was let go waits for its pause")
    func release() async throws {
        try await withStores { stores in
            try await stores.add("run-1")
            guard let job = try await stores.queue.claim(worker: "w", lease: .seconds(60)) else { throw TestSupportError("no job") }
            try await stores.queue.release(job, pause: 3_600)
            #expect(try await stores.queue.claim(worker: "w", lease: .seconds(60)) == nil)
            await #expect(throws: LeaseLost.self) { _ = try await stores.queue.renew(job, lease: .seconds(60)) }
            try await stores.database.execute("UPDATE jobs SET not_before = now() WHERE id = 'run-1'")
            #expect(try await stores.queue.claim(worker: "w", lease: .seconds(60))?.attempt == 2)
        }
    }

    @Test("the stop of a worker is none of the attempts that a job has")
    func stopsDoNotCount() async throws {
        try await withStores { stores in
            try await stores.add("run-1")
            for _ in 0..<3 {
                let job = try #require(try await stores.queue.claim(worker: "w", lease: .seconds(60)))
                #expect(job.attempt == 1)
                try await stores.queue.release(job, pause: 0, counts: false)
            }
            let job = try #require(try await stores.queue.claim(worker: "w", lease: .seconds(60)))
            try await stores.queue.release(job, pause: 0)
            #expect(try await stores.queue.claim(worker: "w", lease: .seconds(60))?.attempt == 2)
        }
    }

    @Test("the queue remembers how many workers were lost over a job")
    func losses() async throws {
        try await withStores { stores in
            try await stores.add("run-1")
            #expect(try await stores.claim()?.losses == 0)
            var last: Job?
            for expected in 1...2 {
                try await stores.database.execute("UPDATE jobs SET lease_until = now() - interval '1 second'")
                last = try await stores.claim()
                #expect(last?.losses == expected)
            }
            try await stores.queue.release(try #require(last), pause: 0, counts: false)
            #expect(try await stores.claim()?.losses == 0)
        }
    }

    @Test("what was told to others stands: after that neither a timeout nor a cancellation ends a job")
    func sealed() throws {
        let control = JobControl()
        try control.seal()
        control.stop(.overdue)
        control.stop(.cancelled)
        try control.check()
        control.stop(.lost)
        #expect(throws: JobControl.Stop.lost) { try control.check() }
        let open = JobControl()
        open.stop(.overdue)
        #expect(throws: JobControl.Stop.overdue) { try open.seal() }
    }

    @Test("steps that could not be written are shown by the next beat, in their order")
    func putBack() throws {
        let control = JobControl()
        for step in 1...3 { try control.note(iteration: step, loss: 1) }
        let taken = control.takePoints()
        try control.note(iteration: 4, loss: 1)
        control.putBack(taken)

        #expect(control.takePoints().map(\.iteration) == [1, 2, 3, 4])
    }

    @Test("a run that nobody works on is cancelled at once; the worker of another is asked")
    func cancel() async throws {
        try await withStores { stores in
            try await stores.add("queued")
            #expect(try await stores.runs.cancel("queued").state == .cancelled)
            #expect(try await stores.runs.cancel("queued").state == .cancelled)
            #expect(try await stores.events() == 1)
            #expect(try await stores.queue.claim(worker: "w", lease: .seconds(60)) == nil)

            try await stores.add("held")
            guard let job = try await stores.queue.claim(worker: "w", lease: .seconds(60)) else { throw TestSupportError("no job") }
            _ = try await stores.runs.start(job, environment: [:])
            #expect(try await stores.queue.renew(job, lease: .seconds(60)) == .held)
            #expect(try await stores.runs.cancel("held").state == .running)
            #expect(try await stores.queue.renew(job, lease: .seconds(60)) == .cancelAsked)
            try await stores.runs.end(job, as: .cancelled)
            #expect(try await stores.events() == 2)

            try await stores.add("done")
            guard let last = try await stores.queue.claim(worker: "w", lease: .seconds(60)) else { throw TestSupportError("no job") }
            try await stores.runs.succeed(last, version("done"))
            await #expect(throws: Problem.self) { _ = try await stores.runs.cancel("done") }
            await #expect(throws: Problem.self) { _ = try await stores.runs.cancel("never") }
        }
    }

    @Test("one run is found by indexes alone, however many there are")
    func oneByIndex() async throws {
        try await withStores { stores in
            let plan = try await stores.database.transaction { connection in
                // Without rows to count, a scan would always be the cheapest.
                try await connection.execute("SET LOCAL enable_seqscan = off")
                return try await connection.query("EXPLAIN \(RunStore.one("x"))").map { try $0.decode("QUERY PLAN", as: String.self) }
            }
            let scans = plan.filter { $0.contains("Seq Scan on runs") || $0.contains("Seq Scan on tracked_runs") }
            #expect(scans == [], "\(plan.joined(separator: "\n"))")
            #expect(plan.contains { $0.contains("tracked_runs") })
            #expect(plan.contains { $0.contains("Index") && $0.contains("tracked_runs_pkey") })
        }
    }

    @Test("a service of the version before queues jobs without a team")
    func withoutTeam() async throws {
        try await withStores { stores in
            try await stores.database.execute("INSERT INTO jobs (kind, id) VALUES ('run', 'old')")
            #expect(try await stores.claim()?.id == "old")
        }
    }

    @Test("steps that are written twice count once, and pages of metrics hang together")
    func metrics() async throws {
        try await withStores { stores in
            try await stores.add("run-1")
            guard let job = try await stores.queue.claim(worker: "w", lease: .seconds(60)) else { throw TestSupportError("no job") }
            let points = (1...5).map { ProgressPoint(iteration: $0, loss: 1 / Double($0), at: .now) }
            try await stores.runs.note(points, for: job)
            try await stores.runs.note(points.map { ProgressPoint(iteration: $0.iteration, loss: $0.loss / 2, at: .now) }, for: job)

            let first = try await stores.runs.metrics("run-1", after: "", step: -1, limit: 3)
            let rest = try await stores.runs.metrics("run-1", after: "loss", step: 3, limit: 3)
            #expect((first + rest).map(\.step) == [1, 2, 3, 4, 5])
            #expect((first + rest).map(\.value) == points.map { $0.loss / 2 })
            #expect(try await stores.runs.find("run-1").run.iteration == 5)
        }
    }
}
