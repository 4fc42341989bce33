import Foundation
import Logging
import TestSupport
import Testing

@testable import Postgres

@Suite("Connections that break")
struct ConnectionLossTests {
    private let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private func killOthers(_ url: String) async throws {
        let killer = Database(url: url, maximumConnections: 1, logger: quiet)
        defer { killer.close() }
        _ = try await killer.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    }

    @Test("connections that break while others are made hang nobody, and the pool works as before")
    func storm() async throws {
        try await withDatabaseURL { url in
            let database = Database(url: url, maximumConnections: 8, logger: quiet)
            defer { database.close() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<24 {
                    group.addTask {
                        for _ in 0..<30 {
                            _ = try? await database.transaction { connection in
                                _ = try await connection.query("SELECT 1 AS one")
                                _ = try await connection.query("SELECT pg_sleep(0.002)")
                            }
                        }
                    }
                }
                group.addTask { [self] in for _ in 0..<40 { try? await killOthers(url) } }
                try await group.waitForAll()
            }

            try await eventually {
                let sums = try? await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<32 {
                        group.addTask {
                            try await database.transaction {
                                try await $0.query("SELECT \(number)::int AS number")[0].decode("number", as: Int.self)
                            }
                        }
                    }
                    return try await group.reduce(0, +)
                }
                return sums == (0..<32).reduce(0, +) ? nil : "\(sums ?? -1)"
            }
        }
    }

    @Test("a listener hears what was sent before and after its connection broke")
    func listening() async throws {
        try await withDatabaseURL { url in
            let database = Database(url: url, maximumConnections: 2, logger: quiet)
            defer { database.close() }
            let heard = Recorder<[String]>([])
            let listener = Task { for await payload in database.listen("odd \"channel") { heard.change { $0.append(payload) } } }
            defer { listener.cancel() }
            // The empty payload says that the subscription stands.
            try await eventually { heard.value == [""] ? nil : "\(heard.value)" }
            try await database.execute("SELECT pg_notify('odd \"channel', 'first')")
            try await eventually { heard.value == ["", "first"] ? nil : "\(heard.value)" }

            try await killOthers(url)
            try await eventually { heard.value.count == 3 ? nil : "\(heard.value)" }
            try await eventually { (try? await database.execute("SELECT pg_notify('odd \"channel', 'second')")) == nil ? "no answer" : nil }

            try await eventually { heard.value == ["", "first", "", "second"] ? nil : "\(heard.value)" }
        }
    }

    @Test("statements beside a cancelled one on the same connection are not cancelled with it")
    func bystanders() async throws {
        try await withDatabase(maximumConnections: 1) { database in
            for _ in 0..<30 {
                let victim = Task { try await database.query("SELECT pg_sleep(0.004)") }
                let others = (0..<6).map { number in
                    Task { () async throws -> Int in
                        try await database.query("SELECT \(number)::int AS number, pg_sleep(0.002)")[0].decode("number", as: Int.self)
                    }
                }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...4)))
                victim.cancel()
                for (number, other) in others.enumerated() {
                    switch await other.result {
                    case .success(let answer): #expect(answer == number)
                    case .failure(let error): Issue.record("\(String(reflecting: error))")
                    }
                }
                _ = try? await victim.value
            }
        }
    }

    @Test("a transaction that nobody goes on with is ended by the server")
    func idle() async throws {
        try await withDatabaseURL { url in
            let database = Database(url: url, maximumConnections: 1, logger: quiet)
            defer { database.close() }
            let rows = try await database.query(
                "SELECT current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('statement_timeout') AS statement")
            #expect(try rows[0].decode("idle") == "30s")
            #expect(try rows[0].decode("statement") == "30s")
        }
    }

    @Test("a statement that takes longer than its time is stopped")
    func statementTimeout() async throws {
        try await withDatabaseURL { url in
            let database = Database(url: url, maximumConnections: 1, statementTimeout: .milliseconds(50), logger: quiet)
            defer { database.close() }
            let error = await #expect(throws: DatabaseError.self) { try await database.query("SELECT pg_sleep(30)") }
            #expect(error?.kind == .cancelled)
        }
    }

    @Test("a name of a prepared statement is not used twice, though statements fail while others are under way")
    func preparedNames() async throws {
        try await withDatabase(maximumConnections: 1) { database in
            for round in 0..<20 {
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<4 {
                        group.addTask { _ = try? await database.query(SQL(stringLiteral: "SELECT nothing_\(round)_\(number)")) }
                        group.addTask { _ = try? await database.query(SQL(stringLiteral: "SELECT \(round) + \(number) AS sum")) }
                    }
                }
                let text = "SELECT \(round) * 1000 AS product"
                let product = try await database.query(SQL(stringLiteral: text))[0].decode("product", as: Int.self)
                #expect(product == round * 1000)
            }
        }
    }

    @Test("where no server is, the wait is bounded and the error says so")
    func absent() async throws {
        let database = Database(url: "postgresql://127.0.0.1:1/none", maximumConnections: 2, patience: .milliseconds(300), logger: quiet)
        defer { database.close() }
        let error = await #expect(throws: DatabaseError.self) { try await database.query("SELECT 1 AS one") }
        #expect(error?.kind == .poolTimeout)
    }
}
