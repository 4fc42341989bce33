import Contracts
import EventLog
import Foundation
import Postgres
import TestSupport
import Testing

@testable import LabelingService

@Suite("Annotations")
struct AnnotationStoreTests {
    /// One project with tasks, and people who answer.
    private struct Desk: Sendable {
        let database: Database
        let rules: LabelingRules

        func lend(_ person: String) async throws -> TaskLease {
            let leases = LeaseStore(database: database, period: .seconds(600))
            return try #require(try await leases.lend("shapes", to: person, wantsGold: false, besides: nil))
        }

        @discardableResult
        func answer(_ lease: TaskLease, _ label: JSONValue, as person: String) async throws -> Annotation {
            try await AnnotationStore(database: database).answer(
                NewAnnotation(lease: lease.lease, label: label), label: label, task: lease.task.id, labeler: person, rules: rules)
        }

        func task() async throws -> (needed: Int, label: String?, isTied: Bool) {
            let row = try #require(try await database.query("SELECT needed, label::text AS label, is_tied FROM tasks").first)
            return (try row.decode("needed"), try row.decode("label"), try row.decode("is_tied"))
        }
    }

    @Test("answers that are no choices any more decide nothing: others are asked instead")
    func changedChoices() async throws {
        try await withDesk { desk in
            try await desk.answer(desk.lend("ann"), 1, as: "ann")
            try await desk.answer(desk.lend("bob"), 2, as: "bob")
            var manifest = try Fixtures.capability()
            manifest.labeling?.choices = [5, 6]
            let changed = Desk(database: desk.database, rules: try LabelingRules(manifest))

            for person in ["cyd", "dan"] { try await changed.answer(changed.lend(person), 5, as: person) }
            #expect(try await changed.task() == (3, nil, false))
            try await changed.answer(changed.lend("eve"), 5, as: "eve")
            #expect(try await changed.task() == (3, "5", false))
        }
    }

    @Test("tasks and the answer that tells of them are stored together or not at all")
    func remembered() async throws {
        struct Killed: Error {}
        try await withStores { database in
            let (store, rules) = (TaskStore(database: database), try Fixtures.rules())
            await #expect(throws: Killed.self) {
                _ = try await store.add(Fixtures.tasks(0..<2), reason: "r", project: "shapes", rules: rules) { _, _ in throw Killed() }
            }
            #expect(try await database.number("SELECT count(*) AS n FROM tasks") == 0)
        }
    }

    @Test("a commit takes as many rows as its bound of bytes, and the next one takes the rest")
    func bounded() async throws {
        try await withStores { database in
            let origin = RowOrigin(kind: .production, requestId: RequestID(), row: 0)
            _ = try await TaskStore(database: database).add(
                Fixtures.tasks(0..<5, origin: origin), reason: "alarm", project: "shapes", rules: Fixtures.rules(overlap: 1))
            try await database.execute("UPDATE tasks SET settled_at = now(), label = '1', answers = 1")
            // A row is 36 or so bytes of JSON.
            let store = CommitStore(database: database, log: EventLog(), mostBytes: 80)
            var taken: [Int] = []
            while let pending = try await store.begin("shapes", dataset: "shapes", quality: AnswerQuality([])) {
                taken.append(try WireJSON.decode(NewDatasetVersion.self, from: Data(pending.body.utf8)).rows?.count ?? 0)
                try await database.execute("UPDATE commits SET finished_at = now(), version = '{}' WHERE id = \(pending.id)")
            }
            #expect(taken == [2, 2, 1])

            try await database.execute("UPDATE tasks SET commit = NULL")
            let narrow = CommitStore(database: database, log: EventLog(), mostBytes: 1)
            let alone = try #require(try await narrow.begin("shapes", dataset: "shapes", quality: AnswerQuality([])))
            #expect(try WireJSON.decode(NewDatasetVersion.self, from: Data(alone.body.utf8)).rows?.count == 1)
        }
    }

    private func withDesk(overlap: Int = 2, _ body: @Sendable (Desk) async throws -> Void) async throws {
        try await withStores { database in
            let rules = try Fixtures.rules(overlap: overlap)
            _ = try await TaskStore(database: database).add(Fixtures.tasks(0..<1), reason: "first", project: "shapes", rules: rules)
            try await body(Desk(database: database, rules: rules))
        }
    }

    private func expectLost(_ work: () async throws -> Void) async {
        await #expect {
            try await work()
        } throws: {
            ($0 as? Problem)?.code == "labeling.lease_lost"
        }
    }

    @Test("disagreement asks one person more, whose answer settles the label")
    func escalation() async throws {
        try await withDesk { desk in
            try await desk.answer(desk.lend("ann"), 1, as: "ann")
            try await desk.answer(desk.lend("bob"), 2, as: "bob")
            #expect(try await desk.task() == (3, nil, false))

            try await desk.answer(desk.lend("cyd"), 2, as: "cyd")
            #expect(try await desk.task() == (3, "2", false))
        }
    }

    @Test("three different answers are a tie that ends the asking")
    func bound() async throws {
        try await withDesk { desk in
            for (person, label) in [("ann", 1), ("bob", 2), ("cyd", 0)] as [(String, JSONValue)] {
                try await desk.answer(desk.lend(person), label, as: person)
            }

            #expect(try await desk.task() == (3, "0", true))
        }
    }

    @Test("an answer that comes late, twice, with another's lease or a made-up one")
    func fencing() async throws {
        try await withDesk { desk in
            let lease = try await desk.lend("ann")
            await expectLost { try await desk.answer(lease, 1, as: "bob") }
            let forged = TaskLease(task: lease.task, lease: "0", expiresAt: .distantFuture)
            await expectLost { try await desk.answer(forged, 1, as: "ann") }

            let first = try await desk.answer(lease, 1, as: "ann")
            let second = try await desk.answer(lease, 1, as: "ann")
            #expect(first == second)

            let late = try await desk.lend("bob")
            try await desk.database.expire(late.lease)
            await expectLost { try await desk.answer(late, 1, as: "bob") }
            #expect(try await desk.database.number("SELECT count(*) AS n FROM annotations") == 1)
        }
    }

    @Test("the answer is known even after its lease's time: a retry is no loss")
    func lateRetry() async throws {
        try await withDesk { desk in
            let lease = try await desk.lend("ann")
            let first = try await desk.answer(lease, 1, as: "ann")
            try await desk.database.execute("UPDATE leases SET expires_at = clock_timestamp()")

            #expect(try await desk.answer(lease, 1, as: "ann") == first)
            await expectLost { try await desk.answer(lease, 2, as: "ann") }
        }
    }

    @Test("a correction under the same lease changes the label, until a commit has it")
    func correction() async throws {
        try await withDesk(overlap: 1) { desk in
            let lease = try await desk.lend("ann")
            try await desk.answer(lease, 1, as: "ann")
            #expect(try await desk.task().label == "1")

            try await desk.answer(lease, 2, as: "ann")
            #expect(try await desk.task().label == "2")
            #expect(try await desk.database.number("SELECT count(*) AS n FROM annotations") == 1)

            let commits = CommitStore(database: desk.database, log: .init())
            #expect(try await commits.begin("shapes", dataset: "shapes", quality: AnswerQuality([])) != nil)
            await expectLost { try await desk.answer(lease, 0, as: "ann") }
        }
    }

    @Test("a skipped task goes to others and not back")
    func skip() async throws {
        try await withDesk(overlap: 1) { desk in
            let lease = try await desk.lend("ann")
            let annotations = AnnotationStore(database: desk.database)
            try await annotations.skip(lease.lease, task: lease.task.id, labeler: "ann")
            try await annotations.skip(lease.lease, task: lease.task.id, labeler: "ann")

            let leases = LeaseStore(database: desk.database, period: .seconds(600))
            #expect(try await leases.lend("shapes", to: "ann", wantsGold: false, besides: nil) == nil)
            #expect(try await desk.lend("bob").task.id == lease.task.id)
            await expectLost { try await desk.answer(lease, 1, as: "ann") }
        }
    }

    @Test("the same row for the same reason is one task, for another reason another")
    func idempotentTasks() async throws {
        try await withStores { database in
            let (store, rules) = (TaskStore(database: database), try Fixtures.rules())
            #expect(try await store.add(Fixtures.tasks(0..<3), reason: "first", project: "shapes", rules: rules) == 3)
            #expect(try await store.add(Fixtures.tasks(1..<5), reason: "first", project: "shapes", rules: rules) == 2)
            #expect(
                try await store.add(Fixtures.tasks(0..<1) + Fixtures.tasks(0..<1), reason: "again", project: "shapes", rules: rules) == 1)
            #expect(try await store.add(Fixtures.tasks(20..<22, gold: 1), reason: "gold", project: "shapes", rules: rules) == 2)
            #expect(try await store.busyRows(of: "shapes", reason: "new").count == 5)
            #expect(try await store.busyRows(of: "shapes", reason: "gold").count == 7)
        }
    }
}
