import Contracts
import Foundation
import Logging
import Postgres
import TestSupport
import Testing

@testable import EventLog

@Suite("Retention of events")
struct RetentionTests {
    private let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private func withLog(_ body: @Sendable (_ url: String, _ database: Database) async throws -> Void) async throws {
        try await withDatabaseURL { url in
            try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: quiet)
            let bare = Database(url: url, maximumConnections: 1, logger: quiet)
            try await bare.execute("CREATE SCHEMA reader")
            bare.close()
            let database = Database(url: url, schema: "reader", maximumConnections: 4, logger: quiet)
            defer { database.close() }
            try await database.migrate([EventReader.migration])
            try await body(url, database)
        }
    }

    private func append(_ id: String, _ type: String, days: Double, to database: Database) async throws {
        let event = EventEnvelope(
            id: id, source: "/services/test", type: type, time: Date.now.addingTimeInterval(-days * 86_400), data: ["n": 1])
        try await database.transaction { try await EventLog().append(event, on: $0) }
    }

    private func left(_ database: Database) async throws -> [String] {
        try await database.query("SELECT id FROM events.log ORDER BY id").map { try $0.decode("id") }
    }

    private func retention(_ database: Database, days: Int = 30) -> EventRetention {
        EventRetention(database: database, keep: .seconds(days * 86_400), logger: quiet)
    }

    /// Deletes until what is left is as expected: a transaction of any database of the cluster holds the log back while it is open.
    private func prune(_ database: Database, until expected: [String]) async throws {
        try await eventually {
            _ = try await retention(database).prune()
            let left = try await left(database)
            return left == expected ? nil : "\(left)"
        }
    }

    @Test("old reports and runs go; young ones, and what readers build their state from, stay")
    func prunes() async throws {
        try await withLog { _, database in
            for number in 0..<3 { try await append("old-\(number)", EventType.reportRecorded, days: 40, to: database) }
            try await append("old-run", EventType.runEnded, days: 31, to: database)
            try await append("young", EventType.reportRecorded, days: 29, to: database)
            for (number, type) in EventRetention.kept.enumerated() { try await append("kept-\(number)", type, days: 400, to: database) }

            try await prune(database, until: EventRetention.kept.indices.map { "kept-\($0)" } + ["young"])
            #expect(try await retention(database).prune() == 0)
        }
    }

    @Test("nothing goes that a reader has yet to read, in whatever schema")
    func slowest() async throws {
        try await withLog { _, database in
            try await append("a", EventType.reportRecorded, days: 40, to: database)
            try await append("b", EventType.reportRecorded, days: 40, to: database)
            try await database.execute(
                "INSERT INTO event_cursors SELECT 'slow', epoch, txid, sequence FROM events.log WHERE id = 'a'")
            try await database.execute(
                "INSERT INTO event_cursors SELECT 'quick', epoch, txid, sequence FROM events.log WHERE id = 'b'")

            // The event at the cursor itself has been read, but is kept: a bound without a gap is simpler to trust.
            #expect(try await retention(database).prune() == 0)
            try await database.execute(
                "UPDATE event_cursors SET (epoch, txid, sequence) = (SELECT epoch, txid, sequence FROM events.log WHERE id = 'b')")
            try await prune(database, until: ["b"])
        }
    }

    @Test("a retention that revocations could fall out of is refused")
    func tooShort() async throws {
        try await withLog { _, database in
            await #expect(throws: DatabaseError.self) { _ = try await retention(database, days: 1).prune() }
        }
    }

    @Test("identity may delete by that rule alone, and no other service at all")
    func privileges() async throws {
        try await withDatabaseURL { url in
            let owners = [ServiceName.identity.schema, ServiceName.monitor.schema].map {
                DatabaseBootstrap.Owner(name: $0, password: "only-for-this-test")
            }
            try await DatabaseBootstrap.prepare(administratorURL: url, owners: owners, logger: quiet)
            let database = Database(url: url, maximumConnections: 1, logger: quiet)
            defer { database.close() }
            func may(_ role: String, _ statement: SQL) async throws -> Bool {
                do {
                    try await database.transaction { connection in
                        try await connection.execute("SET LOCAL ROLE \(identifier: role)")
                        _ = try await connection.query(statement)
                    }
                    return true
                } catch let error as DatabaseError where error.isOutage {
                    throw error
                } catch is DatabaseError {
                    return false
                }
            }
            let prune: SQL = "SELECT events.prune(interval '30 days', ARRAY['x'], 10) AS deleted"
            let delete: SQL = "DELETE FROM events.log"

            #expect(try await may(ServiceName.identity.schema, prune))
            #expect(try await !may(ServiceName.monitor.schema, prune))
            #expect(try await !may(ServiceName.identity.schema, delete))
        }
    }

    @Test("a tail of the last hours is shown those alone, and only types that it asked for")
    func tail() async throws {
        try await withLog { _, database in
            try await append("ancient", EventType.revoked, days: 10, to: database)
            try await append("other", EventType.reportRecorded, days: 0.5, to: database)
            try await append("recent", EventType.revoked, days: 0.5, to: database)
            let seen = Recorder<[String]>([])
            let tail = EventTail(
                types: [EventType.revoked], database: database, start: .last(.seconds(86_400)), logger: quiet
            ) { event in seen.change { $0.append("\(event.id) \(event.data["n"] ?? .null)") } }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await tail.run() }
                defer { group.cancelAll() }
                try await eventually { seen.value.count == 1 ? nil : "\(seen.value)" }
                try await append("new", EventType.revoked, days: 0, to: database)
                try await eventually { seen.value.count == 2 ? nil : "\(seen.value)" }
            }
            #expect(seen.value.map { $0.prefix { $0 != " " } } == ["recent", "new"])
        }
    }
}
