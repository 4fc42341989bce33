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
