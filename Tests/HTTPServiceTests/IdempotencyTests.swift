import Contracts
import EventLog
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Observability
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import HTTPService

/// A service that counts how often it did the work, in its database.
private func makeCountingService(_ database: Database, remembers: Bool = true) -> MeshService {
    makeService(
        name: .modelRegistry, settings: TestAuthority().settings(), database: database,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metrics: PrometheusRegistry(),
        beforeStart: { try await database.migrate([Migration(name: "v0001_work", sql: "CREATE TABLE work (note text NOT NULL)")]) }
    ) { router in
        router.post("/v1/router/experiments") { request, context in
            let echo = try await request.decode(as: Echo.self, context: context)
            return try await database.transaction { connection in
                try await connection.execute("INSERT INTO work (note) VALUES (\(echo.name))")
                if echo.name == "slow" { try await Task.sleep(for: .milliseconds(200)) }
                if echo.name == "fails" { throw Problem(.unprocessable, "not today") }
                let reply = Reply<Echo>.created(echo, location: "/somewhere")
                if remembers { try await context.remember(reply, on: connection) }
                return reply
            }
        }
    }
}

@Suite("Idempotency keys")
struct IdempotencyTests {
    let token = TestAuthority().key("1", roles: [.engineer])
    let other = TestAuthority().key("2", roles: [.engineer])

    func works(_ database: Database) async throws -> Int {
        try await database.query("SELECT count(*) AS count FROM work").first?.decode("count", as: Int.self) ?? -1
    }

    func running(
        remembers: Bool = true, _ body: @Sendable @escaping (Database, @escaping Post) async throws -> Void
    ) async throws {
        try await withDatabase { database in
            try await withRunning(makeCountingService(database, remembers: remembers)) { probe async throws in
                try await body(database) { key, json, token in
                    let headers = key.map { ["Idempotency-Key": $0] } ?? [:]
                    return try await probe.send("POST", "/v1/router/experiments", token: token, headers: headers, json: json)
                }
            }
        }
    }

    typealias Post = @Sendable (_ key: String?, _ json: String, _ token: String) async throws -> ProbeAnswer

    @Test("an answer is kept without reading those that were kept before")
    func findsItsClaim() async throws {
        try await withDatabase { database in
            try await database.migrate(IdempotencyStore.migrations)
            try await database.execute(
                """
                INSERT INTO idempotency_keys (caller, route, key, fingerprint, claim, claimed_until, status)
                     SELECT 'c', 'r', n::text, 'f', n::text, now(), 201 FROM generate_series(1, 5000) AS n
                """)
            try await database.execute("ANALYZE idempotency_keys")

            let plan = try await database.query(
                "EXPLAIN UPDATE idempotency_keys SET status = 201 WHERE claim = 'mine' AND status IS NULL"
            ).map { try $0.decode("QUERY PLAN", as: String.self) }

            #expect(plan.contains { $0.contains("idempotency_keys_claim") }, "\(plan)")
        }
    }

    @Test("a repetition gets the first answer and has no second effect", arguments: [true, false])
    func repetition(remembers: Bool) async throws {
        try await running(remembers: remembers) { [token, self] database, post async throws in
            let first = try await post("k1", #"{"name":"a"}"#, token)
            let again = try await post("k1", #"{"name":"a"}"#, token)

            #expect(first.status == 201)
            #expect(again.status == 201)
            #expect(again.body == first.body)
            #expect(again[header: "location"] == "/somewhere")
            #expect(again[header: "idempotency-replayed"] == "true")
            #expect(first[header: "idempotency-replayed"] == nil)
            #expect(try await works(database) == 1)
        }
    }

    @Test("another body under the same key is 422; another key, caller or no key is another request")
    func mismatch() async throws {
        try await running { [token, other, self] database, post async throws in
            _ = try await post("k1", #"{"name":"a"}"#, token)
            let mismatch = try await post("k1", #"{"name":"b"}"#, token)
            let others = [
                try await post("k2", #"{"name":"a"}"#, token), try await post("k1", #"{"name":"a"}"#, other),
                try await post(nil, #"{"name":"a"}"#, token),
            ]

            #expect(mismatch.status == 422)
            #expect(mismatch.json["code"] == "request.idempotency_mismatch")
            #expect(others.map(\.status) == [201, 201, 201])
            #expect(try await works(database) == 4)
        }
    }

    @Test("of many duplicates at the same time one does the work, all get its answer")
    func duplicates() async throws {
        try await running { [token, self] database, post async throws in
            let answers = try await withThrowingTaskGroup(of: ProbeAnswer.self) { group in
                for _ in 0..<8 { group.addTask { try await post("k1", #"{"name":"slow"}"#, token) } }
                return try await group.reduce(into: [ProbeAnswer]()) { $0.append($1) }
            }

            #expect(answers.allSatisfy { $0.status == 201 })
            #expect(Set(answers.map(\.text)).count == 1)
            #expect(try await works(database) == 1)
        }
    }

    @Test("work that failed may be tried again under the same key")
    func failure() async throws {
        try await running { [token, self] database, post async throws in
            #expect(try await post("k1", #"{"name":"fails"}"#, token).status == 422)
            #expect(try await post("k1", #"{"name":"fails"}"#, token).json["code"] == "request.unprocessable")
            #expect(try await post("k1", #"{"name":"a"}"#, token).status == 201)
            #expect(try await works(database) == 1)
        }
    }

    @Test("a late attempt whose claim was taken over changes nothing")
    func takenOver() async throws {
        try await running { [token, self] database, post async throws in
            async let late = post("k1", #"{"name":"slow"}"#, token)
            try await eventually {
                let changed = try await database.execute("UPDATE idempotency_keys SET claim = 'somebody else'")
                return changed == 1 ? nil : "no claim yet"
            }

            #expect(try await late.status == 409)
            #expect(try await works(database) == 0)
        }
    }

    @Test("a key that is none is refused by name", arguments: ["", " ", "a b", String(repeating: "k", count: 256)])
    func malformed(key: String) async throws {
        try await running { [token] _, post async throws in
            let answer = try await post(key, #"{"name":"a"}"#, token)

            #expect(answer.status == 400)
            #expect(answer.json["errors"]?.arrayValue?.first?["field"] == "idempotency-key")
        }
    }
}

@Suite("Answers that are kept")
struct ReplySealTests {
    private let reply = StoredReply(
        status: .created, headers: [.contentType: "application/json", .location: "/x", .setCookie: "a=b"], body: Array("secret".utf8))

    private func seal(secret: String = "s", caller: String = "key:1", key: String = "k", body: String = "{}") -> ReplySeal {
        ReplySeal(secret: Array(secret.utf8), caller: caller, route: "/v1/x", idempotencyKey: key, body: body.utf8)
    }

    @Test("only the same caller, key and body, at a service with the same secret, open an answer")
    func opens() throws {
        let sealed = try seal().seal(reply)

        #expect(try seal().open(sealed) == reply)
        for other in [seal(secret: "t"), seal(caller: "key:2"), seal(key: "l"), seal(body: "{ }")] {
            #expect(try other.open(sealed) == nil)
        }
    }
}

@Suite("Revocations from the event log")
struct RevocationTests {
    @Test("a key revoked before or after the start stops working, within a second")
    func followed() async throws {
        let before = TestAuthority().key("before", roles: [.engineer])
        let after = TestAuthority().key("after", roles: [.engineer])
        try await withDatabaseURL { url in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let password = "only-for-this-test"
            try await DatabaseBootstrap.prepare(
                administratorURL: url, owners: [.init(name: ServiceName.modelRegistry.schema, password: password)], logger: logger)
            let writer = Database(url: url, schema: ServiceName.modelRegistry.schema, logger: logger)
            defer { writer.close() }
            // Too long ago: whatever token there was has ended by itself, and the log is not read from its start for it.
            try await revoke(["keyId": "ancient"], at: Date.now.addingTimeInterval(-3 * 86_400), in: writer)
            try await revoke(["keyId": "before"], in: writer)

            let service = makeCountingService(Database(url: url, schema: ServiceName.modelRegistry.schema, logger: logger))
            try await withRunning(service) { probe async throws in
                try await eventually {
                    let answer = try await probe.send("GET", "/readyz")
                    return answer.status == 200 ? nil : answer.text
                }
                let post: @Sendable (String) async throws -> Int = { token in
                    try await probe.send("POST", "/v1/router/experiments", token: token, json: #"{"name":"a"}"#).status
                }
                #expect(try await post(before) == 401)
                #expect(try await post(after) == 201)
                #expect(try await post(TestAuthority().key("ancient", roles: [.engineer])) == 201)

                try await revoke(["keyId": "after"], in: writer)

                try await eventually {
                    let status = try await post(after)
                    return status == 401 ? nil : "still \(status)"
                }
            }
        }
    }

    private func revoke(_ data: JSONValue, at time: Date = .now, in database: Database) async throws {
        try await database.transaction { connection in
            let event = EventEnvelope(source: "/services/identity", type: EventType.revoked, time: time, data: data)
            try await EventLog().append(event, on: connection)
        }
    }
}
