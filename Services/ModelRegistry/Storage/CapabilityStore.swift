import Contracts
import EventLog
import Foundation
import Postgres

struct CapabilityStore: Sendable {
    let database: Database
    let log: EventLog

    /// Makes a manifest so. The same manifest again changes nothing; another one is a new revision.
    func apply(
        _ manifest: CapabilityManifest, by caller: String, check: @escaping @Sendable (_ owner: String?) throws -> Void
    ) async throws -> (record: CapabilityRecord, changed: Bool) {
        let content = try WireJSON.value(manifest)
        let digest = Digest(of: content.canonical)
        let name = manifest.metadata.name
        return try await database.transaction { connection in
            try await lock(name, on: connection)
            let present = try await current(name, on: connection)
            try check(present?.team)
            if let present, present.digest == digest { return (present, false) }
            let record = CapabilityRecord(
                name: name, team: manifest.metadata.team, revision: (present?.revision ?? 0) + 1, digest: digest, manifest: manifest,
                appliedAt: .now, appliedBy: caller)
            try await write(record, content: content, on: connection)
            return (record, true)
        }
    }

    /// Capabilities by name after a cursor.
    func list(after name: String, limit: Int) async throws -> [CapabilityRecord] {
        try await database.query(
            """
            SELECT c.name, c.team, r.revision, r.digest, r.manifest::text AS manifest, r.applied_at, r.applied_by
              FROM capabilities c
              JOIN revisions r ON r.capability = c.name AND r.revision = c.revision
             WHERE c.name > \(name)
             ORDER BY c.name
             LIMIT \(limit)
            """
        ).map(CapabilityRecord.init(row:))
    }

    /// A capability at its present revision, or at a given one.
    func find(_ name: String, revision: Int? = nil) async throws -> CapabilityRecord {
        let rows = try await database.query(
            """
            SELECT c.name, c.team, r.revision, r.digest, r.manifest::text AS manifest, r.applied_at, r.applied_by
              FROM capabilities c
              JOIN revisions r ON r.capability = c.name AND r.revision = coalesce(\(revision), c.revision)
             WHERE c.name = \(name)
            """)
        guard let row = rows.first else {
            throw Problem(.capabilityUnknown, "There is no capability \(name)\(revision.map { " at revision \($0)" } ?? "").")
        }
        return try CapabilityRecord(row: row)
    }

    /// A capability at its present revision; nil when there is none.
    func current(_ name: String) async throws -> CapabilityRecord? {
        try await database.withConnection { try await current(name, on: $0) }
    }

    /// Revisions below a cursor, newest first.
    func revisions(of name: String, below revision: Int, limit: Int) async throws -> [CapabilityRecord] {
        try await database.query(
            """
            SELECT c.name, c.team, r.revision, r.digest, r.manifest::text AS manifest, r.applied_at, r.applied_by
              FROM capabilities c
              JOIN revisions r ON r.capability = c.name
             WHERE c.name = \(name) AND r.revision < \(revision)
             ORDER BY r.revision DESC
             LIMIT \(limit)
            """
        ).map(CapabilityRecord.init(row:))
    }

    /// Competing appliers of one name queue up, even while the name is new.
    private func lock(_ name: String, on connection: Connection) async throws {
        _ = try await connection.query("SELECT pg_advisory_xact_lock(hashtext('capability:' || \(name)))")
    }

    private func current(_ name: String, on connection: Connection) async throws -> CapabilityRecord? {
        try await connection.query(
            """
            SELECT c.name, c.team, r.revision, r.digest, r.manifest::text AS manifest, r.applied_at, r.applied_by
              FROM capabilities c
              JOIN revisions r ON r.capability = c.name AND r.revision = c.revision
             WHERE c.name = \(name)
            """
        ).first.map(CapabilityRecord.init(row:))
    }

    private func write(_ record: CapabilityRecord, content: JSONValue, on connection: Connection) async throws {
        _ = try await connection.execute(
            """
            INSERT INTO capabilities (name, team, revision)
                 VALUES (\(record.name), \(record.team), \(record.revision))
            ON CONFLICT (name) DO UPDATE SET team = excluded.team, revision = excluded.revision
            """)
        _ = try await connection.execute(
            """
            INSERT INTO revisions (capability, revision, digest, manifest, applied_at, applied_by)
                 VALUES (\(record.name), \(record.revision), \(record.digest.description),
                         \(String(decoding: content.canonical, as: UTF8.self))::jsonb, \(record.appliedAt), \(record.appliedBy))
            """)
        let event = EventEnvelope(
            source: ServiceName.modelRegistry.eventSource, type: EventType.capabilityApplied, subject: record.name,
            data: try WireJSON.value(record))
        try await log.append(event, on: connection)
    }
}

extension CapabilityRecord {
    init(row: Row) throws {
        self.init(
            name: try row.decode("name", as: String.self), team: try row.decode("team", as: String.self),
            revision: try row.decode("revision", as: Int.self), digest: try row.digest("digest"),
            manifest: try row.json("manifest", as: CapabilityManifest.self), appliedAt: try row.decode("applied_at", as: Date.self),
            appliedBy: try row.decode("applied_by", as: String.self))
    }
}
