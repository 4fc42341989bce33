import Foundation
import Logging
import TestSupport
import Testing

@testable import Postgres

@Suite("Database")
struct DatabaseTests {
    private static let sleepers: SQL =
        """
        SELECT pid
          FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND state = 'active'
        """

    @Test("values of every type go there and back")
    func roundTrip() async throws {
        try await withDatabase { database in
            let now = Date(timeIntervalSince1970: 1_795_000_000.123456)
            let uuid = UUID()
            let rows = try await database.query(
                """
                SELECT \("it's \"quoted\" \\ é")::text AS text, \(42)::int AS integer, \(Int64.max)::bigint AS long, \(2.5)::float8 AS double,
                       \(true)::bool AS bool, \(now)::timestamptz AS time, \(uuid)::uuid AS uuid, \(Data([0, 255, 7]))::bytea AS data,
                       \(["a", "b,c", "\"", "\\", "NULL", ""])::text[] AS texts, \([1, 2])::int[] AS numbers, \(nil as String?)::text AS nothing
                """)
            let row = try #require(rows.first)

            #expect(try row.decode("text") == "it's \"quoted\" \\ é")
            #expect(try row.decode("integer") == 42)
            #expect(try row.decode("long") == Int64.max)
            #expect(try row.decode("double") == 2.5)
            #expect(try row.decode("bool") == true)
            let time = try row.decode("time", as: Date.self)
            #expect(abs(time.timeIntervalSince(now)) < 1e-6)
            #expect(try row.decode("uuid") == uuid)
            #expect(try row.decode("data") == Data([0, 255, 7]))
            #expect(try row.decode("texts") == ["a", "b,c", "\"", "\\", "NULL", ""])
            #expect(try row.decode("numbers") == [1, 2])
            #expect(try row.decode("nothing", as: String?.self) == nil)
        }
    }

    @Test("a value is bound, never spliced")
    func injection() async throws {
        try await withDatabase { database in
            try await database.execute("CREATE TABLE things (name text)")
            let hostile = "x'); DROP TABLE things; --"

            try await database.execute("INSERT INTO things (name) VALUES (\(hostile))")

            let rows = try await database.query("SELECT name FROM things")
            let names = try rows.map { try $0.decode("name", as: String.self) }
            #expect(names == [hostile])
        }
    }

    @Test("many tasks share few connections and each gets its own answer")
    func concurrency() async throws {
        try await withDatabase(maximumConnections: 3) { database in
            let sums = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        let rows = try await database.query("SELECT \(number)::int * 2 AS double")
                        return try rows[0].decode("double") == number * 2
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(sums == 300)
        }
    }

    @Test("a transaction that throws leaves nothing")
    func rollback() async throws {
        struct Refusal: Error {}
        try await withDatabase { database in
            try await database.execute("CREATE TABLE things (id int)")

            await #expect(throws: Refusal.self) {
                try await database.transaction { connection in
                    try await connection.execute("INSERT INTO things VALUES (1)")
                    throw Refusal()
                }
            }

            let left = try await database.query("SELECT id FROM things")
            #expect(left.isEmpty)
        }
    }

    @Test("a transaction whose error was swallowed does not pass for committed")
    func swallowedError() async throws {
        try await withDatabase { database in
            try await database.execute("CREATE TABLE things (id int PRIMARY KEY)")

            let error = await #expect(throws: DatabaseError.self) {
                try await database.transaction { connection in
                    try await connection.execute("INSERT INTO things VALUES (1)")
                    _ = try? await connection.execute("INSERT INTO things VALUES (1)")
                }
            }

            #expect(error?.kind == .aborted)
            let left = try await database.query("SELECT id FROM things")
            #expect(left.isEmpty)
        }
    }

    @Test("serializable transactions that collide are run again until all have counted")
    func serializationRetry() async throws {
        try await withDatabase { database in
            try await database.execute("CREATE TABLE counter AS SELECT 0 AS value")

            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await database.transaction(isolation: .serializable, retries: 50) { connection in
                            let value = try await connection.query("SELECT value FROM counter")[0].decode("value", as: Int.self)
                            try await connection.execute("UPDATE counter SET value = \(value + 1)")
                        }
                    }
                }
                try await group.waitForAll()
            }

            #expect(try await database.query("SELECT value FROM counter")[0].decode("value") == 6)
        }
    }

    @Test("constraints become typed errors whose description tells nothing")
    func typedErrors() async throws {
        try await withDatabase { database in
            try await database.execute("CREATE TABLE things (id int CONSTRAINT things_key PRIMARY KEY)")
            try await database.execute("INSERT INTO things VALUES (1)")

            let error = await #expect(throws: DatabaseError.self) { try await database.execute("INSERT INTO things VALUES (1)") }

            #expect(error?.kind == .unique(constraint: "things_key"))
            #expect(error.map { "\($0)".contains("things") } == false)
            #expect(error.map { String(reflecting: $0).contains("23505") } == true)
        }
    }

    @Test("a wait for a connection is bounded")
    func poolTimeout() async throws {
        try await withDatabaseURL { url in
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            let database = Database(url: url, maximumConnections: 1, patience: .seconds(1), logger: logger)
            defer { database.close() }

            try await database.withConnection { _ in
                let error = await #expect(throws: DatabaseError.self) { try await database.query("SELECT 1 AS one") }
                #expect(error?.kind == .poolTimeout)
            }

            let found = try await database.query("SELECT 1 AS one")
            #expect(found.count == 1)
        }
    }

    @Test("a cancelled task cancels its statement on the server")
    func cancellation() async throws {
        try await withDatabase { database in
            let task = Task { try await database.query("SELECT pg_sleep(60)") }
            try await eventually {
                // On a connection of its own: in a pipeline it would wait behind the statement that it asks about.
                let rows = try await database.withConnection { try await $0.query(Self.sleepers) }
                return rows.isEmpty ? "the statement is not under way" : nil
            }

            task.cancel()

            await #expect(throws: (any Error).self) { try await task.value }
            try await eventually {
                let rows = try await database.withConnection { try await $0.query(Self.sleepers) }
                return rows.isEmpty ? nil : "the statement goes on"
            }
        }
    }

    @Test("a connection that the server ended is replaced")
    func replacement() async throws {
        try await withDatabase(maximumConnections: 2) { database in
            let first = try await database.query("SELECT pg_backend_pid() AS pid")[0].decode("pid", as: Int.self)
            _ = try? await database.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()")

            try await eventually {
                let rows = try? await database.query("SELECT pg_backend_pid() AS pid")
                guard let pid = try rows?.first?.decode("pid", as: Int.self) else { return "no answer" }
                return pid == first ? "the old connection answers" : nil
            }
        }
    }

    @Test("migrations are applied once, in order, by whoever comes first")
    func migrations() async throws {
        let migrations = [
            Migration(name: "v0002_rows", sql: "INSERT INTO things VALUES (1); INSERT INTO things VALUES (2);"),
            Migration(name: "v0001_things", sql: "CREATE TABLE things (id int);"),
        ]
        try await withDatabase { database in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await database.migrate(migrations) } }
                try await group.waitForAll()
            }

            let found = try await database.query("SELECT id FROM things")
            #expect(found.count == 2)
            await #expect(throws: MigrationError.self) {
                try await database.migrate([Migration(name: "v0001_things", sql: "CREATE TABLE others (id int);")])
            }
        }
    }

    @Test("a migration that fails leaves nothing of itself")
    func failedMigration() async throws {
        try await withDatabase { database in
            await #expect(throws: DatabaseError.self) {
                try await database.migrate([Migration(name: "v0001_half", sql: "CREATE TABLE half (id int); SELECT 1 / 0;")])
            }
            let left = try await database.query("SELECT 1 AS one FROM pg_tables WHERE tablename = 'half'")
            #expect(left.isEmpty)
        }
    }
}
