import BlobStore
import Catalogue
import Contracts
import Foundation
import Postgres
import TestSupport
import Testing

@testable import InferenceService

@Suite("The queue of batch work")
struct BatchQueueTests {
    private struct Stores: Sendable {
        let database: Database
        let folder: URL
        var queue: BatchTaskQueue { BatchTaskQueue(database: database) }
        var jobs: BatchStore { BatchStore(database: database) }

        func add(_ id: String, team: String = "documents", file: Digest = Digest(of: [1])) async throws {
            let job = BatchJob(
                id: id, capability: "digits", version: 1, team: team, state: .queued, input: BatchInput(file: file), format: .parquet,
                rowsDone: 0, rowsRefused: 0, shardsDone: 0, createdBy: "key:1", createdAt: .now)
            let interface = try SampleModel.record().manifest.interface
            try await jobs.add(
                BatchStore.Draft(job: job, model: Digest(of: [2]), interface: interface, fileFormat: .csv, datasetVersion: nil))
        }

        /// A job with so many shards of ten rows, ready to be claimed.
        func cut(_ id: String, shards: Int) async throws {
            try await add(id)
            let task = try #require(try await queue.claim(worker: "w", lease: .seconds(60)))
            #expect(task.kind == .prepare && task.job == id)
            _ = try await jobs.start(task)
            let plan = BatchPlan(secondsPerRow: 1, bytesPerRow: 1, most: 10)
            #expect(plan.shardRows == 10)
            try await jobs.cut(task, rows: shards * 10 - 3, plan: plan, source: Digest(of: [3]), isUpload: false)
        }
    }

    private func withStores(_ body: @Sendable (Stores) async throws -> Void) async throws {
        try await withDatabaseURL { url in
            try await withTemporaryFolder { folder in
                let database = Database(url: url, schema: "inference", maximumConnections: 8, logger: quiet)
                defer { database.close() }
                try await database.execute("CREATE SCHEMA inference")
                try await database.migrate(InferenceMigrations.all)
                try await body(Stores(database: database, folder: folder))
            }
        }
    }

    @Test("many workers at once claim each shard once, and jobs take turns")
    func concurrency() async throws {
        try await withStores { stores in
            try await stores.cut("a", shards: 20)
            try await stores.cut("b", shards: 20)
            let firsts = [
                try await stores.queue.claim(worker: "w", lease: .seconds(60)),
                try await stores.queue.claim(worker: "w", lease: .seconds(60)),
            ]
            #expect(firsts.compactMap { $0?.job } == ["a", "b"])

            let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        var own: [String] = []
                        while let task = try await stores.queue.claim(worker: "w\(worker)", lease: .seconds(60)) {
                            own.append("\(task.job) \(task.first) \(task.rows)")
                        }
                        return own
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let expected = ["a", "b"].flatMap { job in (1..<20).map { "\(job) \($0 * 10) \($0 == 19 ? 7 : 10)" } }
            #expect(claimed.sorted() == expected.sorted())
        }
    }

    @Test("whoever lost the lease cannot commit, and rows count once")
    func fencing() async throws {
        try await withStores { stores in
            try await stores.cut("a", shards: 1)
            let slow = try #require(try await stores.queue.claim(worker: "slow", lease: .zero))
            let fast = try #require(try await stores.queue.claim(worker: "fast", lease: .seconds(60)))
            #expect(slow.place == fast.place && slow.fence < fast.fence)

            await #expect(throws: BatchLeaseLost.self) { try await stores.queue.renew(slow, lease: .seconds(60)) }
            await #expect(throws: BatchLeaseLost.self) { try await stores.jobs.commit(slow, part: Digest(of: [8]), refused: 0) }
            await #expect(throws: BatchLeaseLost.self) { try await stores.jobs.fail(slow, error: "late") }
            try await stores.jobs.commit(fast, part: Digest(of: [9]), refused: 2)
            await #expect(throws: BatchLeaseLost.self) { try await stores.jobs.commit(fast, part: Digest(of: [9]), refused: 2) }

            let job = try await stores.jobs.find("a")
            #expect(job.rowsDone == 7 && job.rowsRefused == 2 && job.shardsDone == 1 && job.state == .running)
            let join = try #require(try await stores.queue.claim(worker: "w", lease: .seconds(60)))
            let parts = try await stores.jobs.parts(join)
            #expect(join.kind == .join)
            #expect(parts == [Digest(of: [9])])
        }
    }

    @Test("what a worker says of a shard that it has not ended is seen, and forgotten when another takes it up")
    func runningRows() async throws {
        try await withStores { stores in
            try await stores.cut("a", shards: 2)
            let first = try #require(try await stores.queue.claim(worker: "w", lease: .seconds(60)))
            let second = try #require(try await stores.queue.claim(worker: "w", lease: .zero))
            try await stores.queue.renew(first, lease: .seconds(60), rowsRun: 4)
            try await stores.queue.renew(second, lease: .zero, rowsRun: 99)

            let running = try await stores.jobs.find("a")
            #expect(running.rowsDone == 11 && running.shardsDone == 0)
            #expect(running.rowsPerSecond.map { $0 > 0 } == true && running.secondsLeft.map { $0 > 0 } == true)
            try await stores.jobs.commit(first, part: Digest(of: [9]), refused: 0)
            #expect(try await stores.jobs.find("a").rowsDone == 17)
            _ = try #require(try await stores.queue.claim(worker: "w", lease: .seconds(60)))
            #expect(try await stores.jobs.find("a").rowsDone == 10)
        }
    }

    @Test("a job whose parts are damaged begins anew, and its rows count once")
    func restart() async throws {
        try await withStores { stores in
            try await stores.cut("a", shards: 1)
            let shard = try #require(try await stores.queue.claim(worker: "w", lease: .seconds(60)))
            #expect(try await stores.jobs.commit(shard, part: Digest(of: [9]), refused: 2))
            let join = try #require(try await stores.queue.claim(worker: "w", lease: .seconds(60)))
            try await stores.jobs.restart(join)

            let job = try await stores.jobs.find("a")
            #expect(job.state == .running && job.rowsDone == 0 && job.rowsRefused == 0 && job.shardsDone == 0 && job.rows == nil)
            let again = try #require(try await stores.queue.claim(worker: "w", lease: .seconds(60)))
            #expect(again.kind == .prepare && again.attempt == join.attempt + 1)
            await #expect(throws: BatchLeaseLost.self) { try await stores.jobs.restart(join) }
        }
    }

    @Test("nobody can commit to a job that was cancelled")
    func cancelled() async throws {
        try await withStores { stores in
            try await stores.cut("a", shards: 3)
            let task = try #require(try await stores.queue.claim(worker: "w", lease: .seconds(60)))

            #expect(try await stores.jobs.cancel("a").state == .cancelled)

            await #expect(throws: BatchLeaseLost.self) { try await stores.jobs.commit(task, part: Digest(of: [9]), refused: 0) }
            await #expect(throws: BatchLeaseLost.self) { try await stores.queue.renew(task, lease: .seconds(1)) }
            await #expect(throws: BatchLeaseLost.self) { _ = try await stores.jobs.start(task) }
            #expect(try await stores.queue.claim(worker: "w", lease: .seconds(1)) == nil)
            #expect(try await stores.jobs.cancel("a").state == .cancelled)
            #expect(try await stores.jobs.find("a").rowsDone == 0)
        }
    }

    @Test("a worker that stops lets its task go at once, and that is none of the attempts")
    func release() async throws {
        try await withStores { stores in
            try await stores.cut("a", shards: 1)
            let task = try #require(try await stores.queue.claim(worker: "w", lease: .seconds(60)))
            try await stores.queue.release(task, pause: 0, counts: false)
            let again = try #require(try await stores.queue.claim(worker: "w", lease: .seconds(60)))
            #expect(again.attempt == task.attempt && again.fence > task.fence)
            try await stores.queue.release(again, pause: 60)
            #expect(try await stores.queue.claim(worker: "w", lease: .seconds(60)) == nil)
        }
    }

    @Test("how long a row takes is what was measured first")
    func pace() async throws {
        try await withStores { stores in
            let model = Digest(of: [5])
            let unknown = try await stores.jobs.pace(of: model) { nil }
            #expect(unknown == nil)
            let measured = try await stores.jobs.pace(of: model) { 0.25 }
            #expect(measured == 0.25)
            let kept = try await stores.jobs.pace(of: model) { 0.5 }
            #expect(kept == 0.25)
        }
    }

    @Test("old jobs and files go with their bytes; what a job still reads, or another team has, stays")
    func pruning() async throws {
        try await withStores { stores in
            let files = BatchFileStore(database: stores.database, blobs: try DirectoryBlobStore(root: stores.folder))
            func add(_ text: String, team: String) async throws -> Digest {
                let file = stores.folder.appending(path: UUID().uuidString)
                try Data(text.utf8).write(to: file)
                return try await files.add(file, format: .csv, team: team).digest
            }
            let old = try await add("old", team: "documents")
            let shared = try await add("shared", team: "documents")
            _ = try await add("shared", team: "mobile")
            let read = try await add("read", team: "documents")
            try await stores.add("live", file: read)
            try await stores.database.execute("UPDATE batch_files SET created_at = now() - interval '9 days' WHERE team = 'documents'")

            #expect(try await files.prune(before: Date.now - 10 * 86_400) == 0)
            #expect(try await files.prune(before: Date.now - 8 * 86_400) == 2)

            #expect(try await !files.blobs.contains(old))
            #expect(try await files.blobs.contains(shared))
            #expect(try await files.blobs.contains(read))
            #expect(try await files.find(shared, team: "mobile").bytes == 6)
            await #expect(throws: Problem.self) { try await files.find(shared, team: "documents") }
            #expect(try await files.find(read, team: "documents").digest == read)

            _ = try await stores.jobs.cancel("live")
            try await stores.database.execute("UPDATE batch_jobs SET ended_at = now() - interval '9 days'")
            #expect(try await files.prune(before: Date.now - 8 * 86_400) == 2)
            #expect(try await !files.blobs.contains(read))
            await #expect(throws: Problem.self) { try await stores.jobs.find("live") }
        }
    }
}
