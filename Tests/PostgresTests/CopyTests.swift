import Foundation
import TestSupport
import Testing

@testable import Postgres

@Suite("COPY")
struct CopyTests {
    private struct Refusal: Error {}

    @Test("rows with every kind of text go in and come out as they were")
    func roundTrip() async throws {
        let texts = ["plain", "", "tab\tline\nreturn\rback\\slash", "\\N", "\\.", "é\u{1F600}", "'\"$1", "\u{8}\u{b}\u{c}"]
        try await withDatabase { database in
            try await database.execute("CREATE TABLE things (id int, \"odd \"\"name\" text)")
            let rows: [[(any SQLEncodable)?]] = texts.enumerated().map { [$0, $1] } + [[texts.count, nil]]

            let written = try await database.withConnection { connection in
                try await connection.copy(into: "things", columns: ["id", "odd \"name"], rows)
            }
            let seen = Recorder<[String?]>([])
            let read = try await database.withConnection { connection in
                try await connection.copy("SELECT \"odd \"\"name\" FROM things WHERE id >= \(0) ORDER BY id") { row in
                    seen.change { $0.append(row.first ?? nil) }
                }
            }

            #expect(written == texts.count + 1 && read == written)
            #expect(seen.value == texts + [nil])
        }
    }

    @Test("the text form is undone by its reader", arguments: 0..<50)
    func property(seed: UInt64) {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("ab\t\n\r\\N.\u{8}\u{b}\u{c}é")
        let fields: [String?] = (0..<6).map { _ in
            Int.random(in: 0..<5, using: &generator) == 0
                ? nil : String((0..<Int.random(in: 0..<8)).compactMap { _ in alphabet.randomElement(using: &generator) })
        }
        var bytes: [UInt8] = []

        CopyText.append(fields, to: &bytes)

        #expect(CopyText.fields(bytes) == fields)
        #expect(bytes.filter { $0 == UInt8(ascii: "\n") }.count == 1)
    }

    @Test("a row that the table refuses leaves nothing, and the connection goes on")
    func refused() async throws {
        try await withDatabase(maximumConnections: 1) { database in
            try await database.execute("CREATE TABLE things (id int CONSTRAINT things_key PRIMARY KEY)")

            let error = await #expect(throws: DatabaseError.self) {
                try await database.withConnection { try await $0.copy(into: "things", columns: ["id"], [[1], [2], [1]]) }
            }

            #expect(error?.kind == .unique(constraint: "things_key"))
            let count = try await database.query("SELECT count(*) AS count FROM things")[0].decode("count", as: Int.self)
            #expect(count == 0)
        }
    }

    @Test("inside a transaction it is rolled back with the rest")
    func inTransaction() async throws {
        try await withDatabase { database in
            try await database.execute("CREATE TABLE things (id int)")

            await #expect(throws: Refusal.self) {
                try await database.transaction { connection in
                    try await connection.copy(into: "things", columns: ["id"], (0..<1000).map { [$0] })
                    throw Refusal()
                }
            }
            let written = try await database.transaction { try await $0.copy(into: "things", columns: ["id"], (0..<20_000).map { [$0] }) }

            #expect(written == 20_000)
            let count = try await database.query("SELECT count(*) AS count FROM things")[0].decode("count", as: Int.self)
            #expect(count == written)
        }
    }

    @Test("a reader that has enough ends the statement, and the connection goes on")
    func stopped() async throws {
        try await withDatabase(maximumConnections: 1) { database in
            await #expect(throws: Refusal.self) {
                try await database.withConnection { connection in
                    try await connection.copy("SELECT generate_series(1, 100000000)") { row in
                        if row == ["3"] { throw Refusal() }
                    }
                }
            }

            let one = try await database.query("SELECT 1 AS one")[0].decode("one", as: Int.self)
            #expect(one == 1)
        }
    }

    @Test("a cancelled task ends the statement on the server")
    func cancelled() async throws {
        try await withDatabase { database in
            let started = Recorder(false)
            let task = Task {
                try await database.withConnection { connection in
                    try await connection.copy("SELECT generate_series(1, 2000000000)") { _ in started.change { $0 = true } }
                }
            }
            try await eventually { started.value ? nil : "no row came" }

            task.cancel()

            let error = await #expect(throws: DatabaseError.self) { try await task.value }
            #expect(error?.kind == .cancelled)
            let left = try await database.query(
                "SELECT 1 AS one FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY (SELECT generate%' AND state = 'active'"
            )
            #expect(left.isEmpty)
        }
    }
}
