import Contracts
import Foundation
import Logging
import Observability
import Postgres
import ServiceLifecycle
import TestSupport
import Testing

@testable import EventLog

private let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

/// A database with the log and a schema `reader` whose table `effects` counts events.
private func withLog<T: Sendable>(_ body: @Sendable (_ url: String, _ reader: Database) async throws -> T) async throws -> T {
    try await withDatabaseURL { url in
        try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: quiet)
        let bare = Database(url: url, maximumConnections: 1, logger: quiet)
        try await bare.execute("CREATE SCHEMA reader")
        bare.close()
        let database = Database(url: url, schema: "reader", maximumConnections: 12, logger: quiet)
        defer { database.close() }
        try await database.migrate([
            EventReader.migration, Migration(name: "v0001_effects", sql: "CREATE TABLE effects (id text, tries int DEFAULT 1);"),
        ])
        return try await body(url, database)
    }
}

private func event(_ id: Int, type: String = "test.counted.v1") -> EventEnvelope {
    EventEnvelope(id: "event-\(id)", source: "/services/test", type: type, data: ["number": .integer(Int64(id))])
}

private func reader(_ database: Database) -> EventReader {
    EventReader(name: "test", types: ["test.counted.v1"], database: database, logger: quiet) { event, connection in
        try await connection.execute("INSERT INTO effects (id) VALUES (\(event.id))")
    }
}

/// Runs services until the body returns.
private func running<T: Sendable>(_ services: [any Service], _ body: @Sendable () async throws -> T) async throws -> T {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for service in services { group.addTask { try await service.run() } }
        defer { group.cancelAll() }
        return try await body()
    }
}

@Suite("Event log")
struct ExactlyOnceTests {
    @Test("every event takes effect exactly once, whatever is killed and however long transactions are")
    func exactlyOnce() async throws {
        try await withLog { url, database in
            let expected = try await running([reader(database), reader(database), reader(database)]) {
                let appended = Recorder<Set<String>>([])
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await killAtRandom(url: url, times: 12) }
                    for writer in 0..<6 {
                        group.addTask {
                            var generator = SystemRandomNumberGenerator()
                            for number in 0..<40 {
                                let event = event(writer * 1000 + number)
                                let isLong = Int.random(in: 0..<5, using: &generator) == 0
                                let done: Void? = try? await database.transaction { connection in
                                    if isLong {
                                        // An early transaction id that commits late: the case a naive cursor passes over.
                                        _ = try await connection.query("SELECT pg_current_xact_id()")
                                        try await Task.sleep(for: .milliseconds(60))
                                    }
                                    try await EventLog().append(event, on: connection)
                                }
                                if done != nil { appended.change { $0.insert(event.id) } }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let ids = Recorder<[String]>([])
                try await eventually {
                    // The last kill may hit this very connection.
                    guard let rows = try? await database.query("SELECT id FROM events.log") else { return "no answer" }
                    let found = try rows.map { try $0.decode("id", as: String.self) }
                    ids.change { $0 = found }
                    return nil
                }
                let log = ids.value
                try await eventually {
                    let count = try? await database.query("SELECT count(*) AS count FROM effects").first?.decode("count", as: Int.self)
                    return count == log.count ? nil : "\(count.map(String.init) ?? "?") effects of \(log.count) events"
                }
                #expect(appended.value.isSubset(of: Set(log)))
                return log
            }

            let effects = try await database.query("SELECT id FROM effects").map { try $0.decode("id", as: String.self) }
            #expect(expected.count > 100)
            #expect(effects.sorted() == expected.sorted())
        }
    }

    private func killAtRandom(url: String, times: Int) async throws {
        let killer = Database(url: url, maximumConnections: 1, logger: quiet)
        defer { killer.close() }
        for _ in 0..<times {
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...90)))
            _ = try? await killer.query(
                """
                SELECT pg_terminate_backend(pid)
                  FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()
                 ORDER BY random()
                 LIMIT 2
                """)
        }
    }

    @Test("an event that keeps failing is parked and the others go on")
    func parking() async throws {
        try await withLog { _, database in
            let metrics = PrometheusRegistry()
            let failing = EventReader(
                name: "test", types: ["test.counted.v1"], database: database, logger: quiet, metrics: metrics
            ) { event, connection in
                if event.id == "event-2" { throw TestSupportError("cannot be applied") }
                try await connection.execute("INSERT INTO effects (id) VALUES (\(event.id))")
            }
            for number in 1...3 { try await database.transaction { try await EventLog().append(event(number), on: $0) } }

            try await running([failing]) {
                try await eventually {
                    let ids = try await database.query("SELECT id FROM effects ORDER BY id").map { try $0.decode("id", as: String.self) }
                    return ids == ["event-1", "event-3"] ? nil : "\(ids)"
                }
                let parked = try await database.query("SELECT id FROM event_parked").map { try $0.decode("id", as: String.self) }
                #expect(parked == ["event-2"])
                let counted = [#"mesh_events_parked_total{reader="test"} 1"#, #"mesh_events_parked_now{reader="test"} 1"#]
                try await eventually { counted.allSatisfy(metrics.render().contains) ? nil : metrics.render() }

                // Settled by hand, as the runbook says.
                try await database.execute("DELETE FROM event_parked")
                try await eventually { metrics.render().contains(#"mesh_events_parked_now{reader="test"} 0"#) ? nil : metrics.render() }
                #expect(metrics.render().contains(#"mesh_events_parked_total{reader="test"} 1"#))
            }
            // An instance that starts tells what was parked before it.
            try await database.execute(
                "INSERT INTO event_parked (reader, source, id, type, data) VALUES ('test', '/services/test', 'event-9', 't', '{}')")
            let later = PrometheusRegistry()
            let fresh = EventReader(name: "test", types: [], database: database, logger: quiet, metrics: later) { _, _ in }
            try await running([fresh]) {
                try await eventually { later.render().contains(#"mesh_events_parked_now{reader="test"} 1"#) ? nil : later.render() }
            }
        }
    }

    @Test("the lag is the age of the oldest event that has not taken effect, and nothing when all have")
    func lag() async throws {
        try await withLog { _, database in
            let metrics = PrometheusRegistry()
            let isHeld = Recorder(true)
            let slow = EventReader(
                name: "test", types: ["test.counted.v1"], database: database, logger: quiet, metrics: metrics
            ) { _, _ in
                try await eventually { isHeld.value ? "held" : nil }
            }
            @Sendable func seconds() -> Double {
                let line = metrics.render().split(separator: "\n").first { $0.hasPrefix(#"mesh_events_lag_seconds{reader="test"}"#) }
                return line?.split(separator: " ").last.flatMap { Double($0) } ?? -1
            }
            let old = EventEnvelope(
                source: "/services/test", type: "test.counted.v1", time: Date.now.addingTimeInterval(-300), data: .object([:]))
            try await running([slow]) {
                try await eventually { seconds() == 0 ? nil : metrics.render() }
                try await database.transaction { try await EventLog().append(old, on: $0) }
                try await eventually { (300..<320).contains(seconds()) ? nil : metrics.render() }
                isHeld.change { $0 = false }
                try await eventually { seconds() == 0 ? nil : metrics.render() }
            }
        }
    }

    @Test("events are read in the order of their transactions' numbers, also where these grow a digit")
    func digits() async throws {
        try await withLog { url, database in
            for (number, transaction) in ["9", "10", "99", "100", "101"].enumerated() {
                // The numbers of the past, which every reader may read.
                try await database.execute(
                    """
                    INSERT INTO events.log (txid, id, source, type, time, data)
                         VALUES (\(transaction)::xid8, \("event-\(number)"), '/services/test', 'test.counted.v1', now(), '{}')
                    """)
            }
            let seen = Recorder<[String]>([])
            let tail = EventTail(types: ["test.counted.v1"], database: database, start: .beginning, logger: quiet) { event in
                seen.change { $0.append(event.id) }
            }
            let expected = (0..<5).map { "event-\($0)" }

            try await running([tail, reader(database)]) {
                try await eventually { seen.value.count >= 5 ? nil : "\(seen.value)" }
                try await eventually {
                    let rows = try await database.query("SELECT txid::text AS place FROM event_cursors")
                    let place = try rows.first?.decode("place", as: String.self) ?? "nowhere"
                    return place == "101" ? nil : "the cursor stands at \(place)"
                }
            }

            #expect(seen.value == expected)
            let effects = try await database.query("SELECT id FROM effects ORDER BY ctid").map { try $0.decode("id", as: String.self) }
            #expect(effects == expected)
        }
    }

    @Test("a reader waits for an older transaction that is under way, and goes on when it ends; an eager tail does not wait")
    func horizon() async throws {
        try await withLog { _, database in
            let ends = Recorder(false)
            let older = Task {
                try await database.transaction { connection in
                    _ = try await connection.query("SELECT pg_current_xact_id()")
                    while !ends.value { try await Task.sleep(for: .milliseconds(5)) }
                    try await EventLog().append(event(1), on: connection)
                }
            }
            try await eventually {
                let rows = try await database.query(
                    "SELECT 1 AS one FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND datname = current_database() AND state = 'idle in transaction'"
                )
                return rows.isEmpty ? "the older transaction has no number" : nil
            }
            try await database.transaction { try await EventLog().append(event(2), on: $0) }

            let early = Recorder<[String]>([])
            let isCaughtUp = Recorder(false)
            let tail = EventTail(
                types: ["test.counted.v1"], database: database, start: .beginning, isEager: true, logger: quiet,
                onCaughtUp: { isCaughtUp.change { $0 = true } },
                apply: { event in early.change { if $0.last != event.id { $0.append(event.id) } } })
            try await running([reader(database), tail]) {
                try await eventually { early.value == ["event-2"] && isCaughtUp.value ? nil : "\(early.value)" }
                try await eventually {
                    let rows = try await database.query("SELECT 1 AS one FROM event_cursors")
                    return rows.isEmpty ? "the reader has no cursor" : nil
                }
                let page = try await database.withConnection { try await EventLog.read(after: .beginning, types: [], limit: 10, on: $0) }
                #expect(page.events.isEmpty && page.waitingSince != nil)
                ends.change { $0 = true }
                try await older.value
                try await eventually {
                    let ids = try await database.query("SELECT id FROM effects ORDER BY ctid").map { try $0.decode("id", as: String.self) }
                    return ids == ["event-1", "event-2"] ? nil : "\(ids)"
                }
                try await eventually { early.value.suffix(2) == ["event-1", "event-2"] ? nil : "\(early.value)" }
            }
        }
    }

    @Test("an effect belongs to the trace of the request that caused the event; an event without one starts a trace")
    func traces() async throws {
        try await withLog { _, database in
            let request = TraceContext()
            try await TraceContext.$current.withValue(request) {
                try await database.transaction { try await EventLog().append(event(1), on: $0) }
            }
            try await database.transaction { try await EventLog().append(event(2), on: $0) }
            let traces = Recorder<[String: TraceContext]>([:])
            let reader = EventReader(name: "test", types: ["test.counted.v1"], database: database, logger: quiet) { event, _ in
                traces.change { $0[event.id] = TraceContext.current }
            }
            let tailed = Recorder<[String]>([])
            let tail = EventTail(types: ["test.counted.v1"], database: database, start: .beginning, logger: quiet) { _ in
                tailed.change { $0.append(TraceContext.current?.traceID ?? "") }
            }

            try await running([reader, tail]) {
                try await eventually { traces.value.count == 2 && tailed.value.count == 2 ? nil : "\(traces.value) \(tailed.value)" }
            }

            #expect(traces.value["event-1"]?.traceID == request.traceID && traces.value["event-1"]?.spanID != request.spanID)
            #expect(traces.value["event-2"].map { $0.traceID != request.traceID } == true)
            #expect(tailed.value.first == request.traceID)
        }
    }

    @Test("a rolled-back change leaves no event")
    func rollback() async throws {
        try await withLog { _, database in
            await #expect(throws: TestSupportError.self) {
                try await database.transaction { connection in
                    try await EventLog().append(event(1), on: connection)
                    throw TestSupportError("changed its mind")
                }
            }

            let events = try await database.query("SELECT id FROM events.log")
            #expect(events.isEmpty)
        }
    }

    @Test("a tail sees what was there and what comes, in order")
    func tail() async throws {
        try await withLog { _, database in
            let seen = Recorder<[String]>([])
            let tail = EventTail(types: ["test.counted.v1"], database: database, start: .beginning, logger: quiet) { event in
                seen.change { $0.append(event.id) }
            }
            try await database.transaction { try await EventLog().append(event(1), on: $0) }

            try await running([tail]) {
                try await database.transaction { try await EventLog().append(event(2, type: "test.other.v1"), on: $0) }
                try await database.transaction { try await EventLog().append(event(3), on: $0) }
                try await eventually {
                    let ids = seen.value
                    return ids == ["event-1", "event-3"] ? nil : "\(ids)"
                }
            }
        }
    }

    @Test("a service's role reaches its own schema and the log, and nothing else")
    func roles() async throws {
        try await withDatabaseURL { url in
            let owners = ["a", "b"].map {
                DatabaseBootstrap.Owner(name: "\($0)_\(UUID().uuidString.prefix(8).lowercased())", password: "secret")
            }
            try await DatabaseBootstrap.prepare(administratorURL: url, owners: owners, logger: quiet)
            try await DatabaseBootstrap.prepare(administratorURL: url, owners: owners, logger: quiet)
            let administrator = Database(url: url, maximumConnections: 1, logger: quiet)
            defer { administrator.close() }
            let (own, foreign) = (owners[0].name, owners[1].name)
            let role = Database(url: asRole(url, own), schema: own, maximumConnections: 2, logger: quiet)
            defer { role.close() }

            try await role.execute("CREATE TABLE mine (id int)")
            try await role.transaction { try await EventLog().append(event(1), on: $0) }
            for statement in [
                "CREATE TABLE \(foreign).theirs (id int)", "CREATE TABLE public.everybodys (id int)", "DELETE FROM events.log",
                "UPDATE events.log SET type = ''", "CREATE TABLE events.more (id int)", "UPDATE events.epoch SET epoch = 2",
            ] {
                let error = await #expect(throws: DatabaseError.self, "\(statement)") {
                    try await role.execute(SQL(stringLiteral: statement))
                }
                #expect(error?.kind == .forbidden, "\(statement)")
            }

            for owner in owners {
                try await administrator.execute("DROP OWNED BY \(identifier: owner.name) CASCADE")
                try await administrator.execute("DROP ROLE \(identifier: owner.name)")
            }
        }
    }

    private func asRole(_ url: String, _ role: String) -> String {
        url.replacing("user=mlmesh", with: "user=\(role)")
    }
}
