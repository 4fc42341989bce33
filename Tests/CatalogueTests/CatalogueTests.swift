import Contracts
import EventLog
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import TestSupport
import Testing

@testable import Catalogue

private let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

/// A database with the event log and a schema `follower` that has a catalogue's tables.
private func withFollower(_ body: @Sendable @escaping (Database) async throws -> Void) async throws {
    try await withDatabaseURL { url in
        try await DatabaseBootstrap.prepare(administratorURL: url, owners: [], logger: quiet)
        let bare = Database(url: url, maximumConnections: 1, logger: quiet)
        try await bare.execute("CREATE SCHEMA follower")
        bare.close()
        let database = Database(url: url, schema: "follower", logger: quiet)
        defer { database.close() }
        try await database.migrate(Catalogue.migrations + [Migration(name: "v0001_seen", sql: "CREATE TABLE seen (id text PRIMARY KEY)")])
        try await body(database)
    }
}

private func following(
    _ database: Database, also effect: (@Sendable (EventEnvelope, Connection) async throws -> Void)? = nil,
    _ body: @Sendable @escaping (Catalogue) async throws -> Void
) async throws {
    let catalogue = Catalogue(database: database, schema: "follower", logger: quiet, also: effect)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await catalogue.run() }
        defer { group.cancelAll() }
        try await body(catalogue)
    }
}

private func announce(_ database: Database, _ type: String, _ value: some Encodable & Sendable) async throws {
    let event = EventEnvelope(source: "/services/model-registry", type: type, data: try WireJSON.value(value))
    try await database.transaction { try await EventLog().append(event, on: $0) }
}

private func record(_ name: String = "digits", revision: Int = 1, callers: String = "[]") throws -> CapabilityRecord {
    let text = """
        {"apiVersion":"mlmesh/v1","kind":"Capability","metadata":{"name":"\(name)","team":"documents"},"access":{"callers":\(callers)},
         "interface":{"inputs":[{"name":"x","datatype":"FP32","shape":[-1,4]}],"outputs":[{"name":"y","datatype":"FP32","shape":[-1]}]},
         "data":{"dataset":"d","split":{"by":"hash","train":0.6,"validation":0.2,"test":0.2}}}
        """
    return CapabilityRecord(
        name: name, team: "documents", revision: revision, digest: Digest(of: []),
        manifest: try WireJSON.decode(CapabilityManifest.self, from: Data(text.utf8)), appliedAt: .now, appliedBy: "key:1")
}

private func version(_ number: Int) -> ModelVersion {
    ModelVersion(
        capability: "digits", version: number, model: Digest(of: [UInt8(number)]), bytes: 1, run: "r\(number)",
        dataset: DatasetReference(name: "d", version: 1), manifestRevision: 1, recipe: "r", parameters: [:], seed: 1, metrics: [:],
        aliases: [],
        createdAt: .now)
}

private func alias(_ name: String, _ number: Int) -> ModelAlias {
    ModelAlias(capability: "digits", alias: name, version: number, model: Digest(of: [UInt8(number)]), movedAt: .now, movedBy: "key:1")
}

private func text(_ value: some Encodable) throws -> String { String(decoding: try WireJSON.encode(value), as: UTF8.self) }

@Suite("Catalogue", .serialized)
struct CatalogueTests {
    @Test("it follows what the registry tells, within a second")
    func follows() async throws {
        try await withFollower { database in
            try await following(database) { catalogue in
                try await announce(database, EventType.capabilityApplied, try record())
                for number in 1...2 { try await announce(database, EventType.versionRegistered, version(number)) }
                try await announce(database, EventType.aliasMoved, alias("champion", 1))
                try await announce(database, EventType.aliasMoved, alias("candidate", 2))
                try await eventually { catalogue.capability("digits")?.aliases.count == 2 ? nil : "\(catalogue.capabilities)" }
                let start = ContinuousClock.now
                try await announce(database, EventType.aliasMoved, alias("champion", 2))
                try await eventually { catalogue.capability("digits")?.champion?.version == 2 ? nil : "champion is not 2" }
                let took = start.duration(to: .now)
                try await announce(database, EventType.aliasRemoved, alias("candidate", 2))
                try await announce(database, EventType.capabilityApplied, try record(revision: 2, callers: #"["mobile"]"#))
                try await eventually { catalogue.capability("digits")?.record.revision == 2 ? nil : "revision is not 2" }

                let capability = try #require(catalogue.capability("digits"))
                #expect(took < .seconds(1))
                #expect(capability.aliases["candidate"] == nil)
                #expect(capability.version("latest")?.version == 2)
                #expect(capability.version("1")?.version == 1)
                #expect(capability.version("candidate") == nil)
                #expect(capability.admits(team: "mobile"))
                #expect(capability.admits(team: "documents"))
                #expect(!capability.admits(team: "others"))
            }
        }
    }

    @Test("after a restart it knows all at once, and what was said meanwhile soon")
    func restart() async throws {
        try await withFollower { database in
            try await following(database) { catalogue in
                try await announce(database, EventType.capabilityApplied, try record())
                try await announce(database, EventType.versionRegistered, version(1))
                try await eventually { catalogue.capability("digits")?.versions.count == 1 ? nil : "\(catalogue.capabilities)" }
            }
            try await announce(database, EventType.versionRegistered, version(2))
            // The events that were applied are gone: what is known comes from the own tables.
            try await database.execute("DELETE FROM events.log WHERE data ->> 'version' IS DISTINCT FROM '2'")
            try await following(database) { catalogue in
                try await eventually { catalogue.capability("digits")?.versions.count == 2 ? nil : "\(catalogue.capabilities)" }
                #expect(catalogue.isLoaded)
            }
        }
    }

    @Test("it is current only when it has followed the log to where that ended at the start; an empty log is followed at once")
    func current() async throws {
        try await withFollower { database in
            try await following(database) { catalogue in
                try await eventually { catalogue.isCurrent ? nil : "an empty log is not followed" }
                try await announce(database, EventType.capabilityApplied, try record())
                try await eventually { catalogue.capability("digits") != nil ? nil : "not followed" }
            }
            for number in 1...3 { try await announce(database, EventType.versionRegistered, version(number)) }
            // Whoever holds the cursor's lock keeps every reader from going on.
            let (released, release) = AsyncStream.makeStream(of: Void.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (locked, lock) = AsyncStream.makeStream(of: Void.self)
                group.addTask {
                    try await database.transaction { connection in
                        _ = try await connection.query("SELECT reader FROM event_cursors FOR UPDATE")
                        lock.yield()
                        for await _ in released { break }
                    }
                }
                for await _ in locked { break }
                try await following(database) { catalogue in
                    try await eventually { catalogue.isLoaded ? nil : "not loaded" }
                    #expect(catalogue.capability("digits")?.versions.isEmpty == true)
                    #expect(!catalogue.isCurrent)
                    release.yield()
                    try await eventually { catalogue.isCurrent ? nil : "never current" }
                    #expect(catalogue.capability("digits")?.versions.count == 3)
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("two instances share the work and both know")
    func instances() async throws {
        try await withFollower { database in
            try await following(database) { first in
                try await following(database) { second in
                    for number in 0..<20 { try await announce(database, EventType.capabilityApplied, try record("c\(number)")) }
                    for catalogue in [first, second] {
                        try await eventually { catalogue.capabilities.count == 20 ? nil : "\(catalogue.capabilities.count)" }
                    }
                }
            }
        }
    }

    @Test("an effect of the service's own happens once for each event, in its transaction")
    func effects() async throws {
        try await withFollower { database in
            let effect: @Sendable (EventEnvelope, Connection) async throws -> Void = { event, connection in
                try await connection.execute("INSERT INTO seen (id) VALUES (\(event.id))")
            }
            try await following(database, also: effect) { first in
                for number in 1...10 { try await announce(database, EventType.versionRegistered, version(number)) }
                try await announce(database, EventType.capabilityApplied, try record())
                try await eventually { first.capability("digits")?.versions.count == 10 ? nil : "\(first.capabilities)" }
            }
            let count: Int? = try await database.query("SELECT count(*) AS count FROM seen").first?.decode("count")

            #expect(count == 11)
        }
    }

    @Test("of 500 capabilities with 10 versions each an event reads one row, and is seen at once")
    func many() async throws {
        try await withFollower { database in
            let (record, version) = (try record(), version(1))
            let (recordText, versionText) = (try text(record), try text(version))
            try await database.execute(
                """
                INSERT INTO catalogue_capabilities (name, record)
                     SELECT 'c' || n, jsonb_set(\(recordText)::jsonb, '{name}', to_jsonb('c' || n)) FROM generate_series(1, 500) AS n
                """)
            try await database.execute(
                """
                INSERT INTO catalogue_versions (capability, version, model)
                     SELECT 'c' || n, v, \(versionText)::jsonb || jsonb_build_object('capability', 'c' || n, 'version', v)
                       FROM generate_series(1, 500) AS n, generate_series(1, 10) AS v
                """)
            try await following(database) { catalogue in
                try await eventually { catalogue.isLoaded ? nil : "not loaded" }
                #expect(catalogue.rowsRead == 5_500)
                #expect(catalogue.capability("c500")?.versions.count == 10)

                var moved = alias("champion", 3)
                moved.capability = "c7"
                try await announce(database, EventType.aliasMoved, moved)
                try await eventually { catalogue.capability("c7")?.champion?.version == 3 ? nil : "champion is not 3" }
                #expect(catalogue.rowsRead == 5_501)
                #expect(catalogue.capabilities.count == 500)
            }
        }
    }

    @Test("an alias that was removed is gone after a restart too, and may come back")
    func removed() async throws {
        try await withFollower { database in
            try await following(database) { catalogue in
                try await announce(database, EventType.versionRegistered, version(1))
                try await announce(database, EventType.aliasMoved, alias("candidate", 1))
                try await announce(database, EventType.capabilityApplied, try record())
                try await eventually { catalogue.capability("digits")?.version("candidate") != nil ? nil : "\(catalogue.capabilities)" }
                try await announce(database, EventType.aliasRemoved, alias("candidate", 1))
                try await eventually { catalogue.capability("digits")?.aliases.isEmpty == true ? nil : "still there" }
            }
            try await following(database) { catalogue in
                try await eventually { catalogue.isLoaded ? nil : "not loaded" }
                #expect(catalogue.capability("digits")?.aliases == [:])
                try await announce(database, EventType.aliasMoved, alias("candidate", 1))
                try await eventually { catalogue.capability("digits")?.version("candidate") != nil ? nil : "not back" }
            }
        }
    }

    @Test("a listener is woken at first and at each change")
    func wakes() async throws {
        try await withFollower { database in
            try await following(database) { catalogue in
                try await eventually { catalogue.isLoaded ? nil : "not loaded" }
                var changes = catalogue.changes().makeAsyncIterator()
                await changes.next()
                try await announce(database, EventType.capabilityApplied, try record())
                while catalogue.capability("digits") == nil { await changes.next() }

                #expect(catalogue.capability("digits")?.record.revision == 1)
            }
        }
    }

    @Test("what was made a moment ago is waited for, what never comes is refused")
    func patience() async throws {
        try await withFollower { database in
            try await following(database) { catalogue in
                async let found = catalogue.version("1", of: "digits", within: .seconds(20))
                try await announce(database, EventType.capabilityApplied, try record())
                try await announce(database, EventType.versionRegistered, version(1))
                #expect(try await found.version == 1)
                await #expect(throws: Problem.self) { try await catalogue.capability("nothing", within: .milliseconds(20)) }
                await #expect(throws: Problem.self) { try await catalogue.version("9", of: "digits", within: .milliseconds(20)) }
            }
        }
    }
}
