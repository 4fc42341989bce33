import Contracts
import Foundation
import Postgres
import TestSupport
import Testing

@testable import LabelingService

@Suite("Leases")
struct LeaseStoreTests {
    private static func leases(_ database: Database) -> LeaseStore { LeaseStore(database: database, period: .seconds(600)) }

    private static func add(_ tasks: [NewTask], _ database: Database, overlap: Int = 2) async throws {
        _ = try await TaskStore(database: database).add(tasks, reason: "first", project: "shapes", rules: Fixtures.rules(overlap: overlap))
    }

    @Test("many people at once: no task beyond its missing answers, none twice to a person, no answer lost")
    func concurrency() async throws {
        try await withStores(connections: 16) { database in
            try await Self.add(Fixtures.tasks(0..<40), database)
            let crowd = Crowd(database: database, leases: Self.leases(database), rules: try Fixtures.rules())

            try await crowd.work(people: 10)

            #expect(crowd.overruns.value == [])
            #expect(try await database.number("SELECT count(*) AS n FROM tasks WHERE settled_at IS NULL") == 0)
            #expect(try await database.number("SELECT count(*) AS n FROM annotations") == crowd.accepted.value)
            #expect(try await database.number("SELECT coalesce(sum(answers), 0) AS n FROM tasks") == crowd.accepted.value)
            #expect(try await database.number("SELECT max(answers) AS n FROM tasks") <= 3)
            #expect(crowd.lost.value > 0, "no lease was killed under its holder: the test showed nothing")
        }
    }

    @Test("of many people who come at once for the last free task, one gets it")
    func lastTask() async throws {
        try await withStores(connections: 16) { database in
            try await Self.add(Fixtures.tasks(0..<400), database, overlap: 1)
            // The search passes over 399 taken tasks: time enough for others to take the last one after it began.
            try await database.execute(
                """
                INSERT INTO leases (token, task, labeler, expires_at)
                     SELECT row_id, id, 'holder', now() + interval '1 hour' FROM tasks WHERE row_id <> 'row-399'
                """)
            let leases = Self.leases(database)
            for round in 0..<12 {
                let lent = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for person in 0..<14 {
                        group.addTask { try await leases.lend("shapes", to: "p\(person)", wantsGold: false, besides: nil) != nil }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(lent == 1, "round \(round)")
                try await database.execute("DELETE FROM leases WHERE labeler <> 'holder'")
            }
        }
    }

    @Test("a person who asks again gets the same lease, and one more beside the one in hand")
    func again() async throws {
        try await withStores { database in
            try await Self.add(Fixtures.tasks(0..<3), database)
            let leases = Self.leases(database)

            let first = try #require(try await leases.lend("shapes", to: "ann", wantsGold: false, besides: nil))
            let again = try await leases.lend("shapes", to: "ann", wantsGold: false, besides: nil)
            let ahead = try #require(try await leases.lend("shapes", to: "ann", wantsGold: false, besides: first.lease))
            let aheadAgain = try await leases.lend("shapes", to: "ann", wantsGold: false, besides: first.lease)

            #expect(again?.lease == first.lease)
            #expect(ahead.task.id != first.task.id)
            #expect(aheadAgain?.lease == ahead.lease)
        }
    }

    @Test("requests of one person at the same time give one lease")
    func same() async throws {
        try await withStores { database in
            try await Self.add(Fixtures.tasks(0..<20), database)
            let leases = Self.leases(database)

            let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<8 { group.addTask { try await leases.lend("shapes", to: "ann", wantsGold: false, besides: nil)?.lease } }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }

            #expect(tokens.count == 1)
        }
    }

    @Test("a lease that ran out gives the task to the next person, under a new token")
    func expiry() async throws {
        try await withStores { database in
            try await Self.add(Fixtures.tasks(0..<1), database, overlap: 1)
            let leases = Self.leases(database)
            let first = try #require(try await leases.lend("shapes", to: "ann", wantsGold: false, besides: nil))
            #expect(try await leases.lend("shapes", to: "bob", wantsGold: false, besides: nil) == nil)

            try await database.expire(first.lease)

            let second = try #require(try await leases.lend("shapes", to: "bob", wantsGold: false, besides: nil))
            #expect(second.task.id == first.task.id)
            #expect(second.lease != first.lease)
        }
    }

    @Test("gold is lent once to each person, to any number of people, and only where other work is left")
    func gold() async throws {
        try await withStores { database in
            try await Self.add(Fixtures.tasks(100..<101, gold: 1), database)
            let leases = Self.leases(database)
            #expect(try await leases.lend("shapes", to: "ann", wantsGold: true, besides: nil) == nil)
            try await Self.add(Fixtures.tasks(0..<2), database)

            var seen: [String: Set<String>] = [:]
            let annotations = AnnotationStore(database: database)
            for person in ["ann", "bob", "cyd"] {
                let lease = try #require(try await leases.lend("shapes", to: person, wantsGold: true, besides: nil))
                seen[lease.task.id, default: []].insert(person)
                let answer = NewAnnotation(lease: lease.lease, label: 1)
                _ = try await annotations.answer(answer, label: 1, task: lease.task.id, labeler: person, rules: Fixtures.rules())
            }
            #expect(seen.values.map(\.count) == [3])

            let next = try #require(try await leases.lend("shapes", to: "ann", wantsGold: true, besides: nil))
            #expect(seen[next.task.id] == nil)
            #expect(try await database.number("SELECT count(*) AS n FROM tasks WHERE gold IS NOT NULL AND settled_at IS NULL") == 1)
        }
    }
}

/// People who work at once, with leases killed under them.
private struct Crowd: Sendable {
    let database: Database
    let leases: LeaseStore
    let rules: LabelingRules
    let accepted = Recorder(0)
    let lost = Recorder(0)
    let overruns = Recorder<[String]>([])
    private let isDone = Recorder(false)

    func work(people: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await killLeases() }
            group.addTask { try await watch() }
            try await withThrowingTaskGroup(of: Void.self) { workers in
                for person in 0..<people { workers.addTask { try await label(as: "person-\(person)") } }
                try await workers.waitForAll()
            }
            isDone.change { $0 = true }
            try await group.waitForAll()
        }
    }

    private func label(as person: String) async throws {
        let annotations = AnnotationStore(database: database)
        while try await database.number("SELECT count(*) AS n FROM tasks WHERE settled_at IS NULL") > 0 {
            guard let lease = try await leases.lend("shapes", to: person, wantsGold: false, besides: nil) else { continue }
            if Int.random(in: 0..<8) == 0 { try await database.expire(lease.lease) }
            let label: JSONValue = Int.random(in: 0..<4) == 0 ? 2 : 1
            do {
                let answer = NewAnnotation(lease: lease.lease, label: label)
                _ = try await annotations.answer(answer, label: label, task: lease.task.id, labeler: person, rules: rules)
                accepted.change { $0 += 1 }
            } catch let problem as Problem where problem.code == ProblemCode.leaseLost.name {
                lost.change { $0 += 1 }
            }
        }
    }

    private func killLeases() async throws {
        while !isDone.value {
            try await database.execute(
                """
                UPDATE leases SET expires_at = clock_timestamp()
                 WHERE token = (SELECT token FROM leases WHERE ended_at IS NULL ORDER BY random() LIMIT 1)
                """)
            await Task.yield()
        }
    }

    /// Looks again and again for a task that more people have or had than answers were asked.
    private func watch() async throws {
        while !isDone.value {
            let rows = try await database.query(
                """
                SELECT t.id
                  FROM tasks t
                 WHERE t.answers + (SELECT count(*) FROM leases l
                                     WHERE l.task = t.id AND l.ended_at IS NULL AND l.expires_at > clock_timestamp()) > t.needed
                    OR t.answers <> (SELECT count(*) FROM annotations a WHERE a.task = t.id)
                """)
            let found = try rows.map { try $0.decode("id", as: String.self) }
            overruns.change { $0 += found }
        }
    }
}
