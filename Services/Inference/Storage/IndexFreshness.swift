import Contracts
import EventLog
import Foundation
import Logging
import Postgres

/// Keeps similarity indexes fresh: what changes what one should be built of asks for a build, in the transaction that takes the change in.
///
/// Of all instances one reads an event, and an index waits for one build at most, so that nothing is built twice. A build under way is not
/// dropped: when it ends, the next is asked for if something has changed meanwhile, so that a dataset that grows all the time is indexed
/// all the same.
struct IndexFreshness: Sendable {
    /// What is needed of a committed version.
    private struct Committed: Decodable {
        let dataset: String
        let number: Int
    }

    let database: Database
    let logger: Logger

    /// Follows declarations, aliases and versions of datasets.
    var reader: EventReader {
        EventReader(
            name: "indexes",
            types: [EventType.capabilityApplied, EventType.aliasMoved, EventType.aliasRemoved, EventType.datasetCommitted],
            database: database, logger: logger
        ) { event, connection in try await Self.apply(event, on: connection) }
    }

    /// The effect of one event.
    static func apply(_ event: EventEnvelope, on connection: Connection) async throws {
        switch event.type {
        case EventType.capabilityApplied: try await declare(try WireJSON.read(CapabilityRecord.self, from: event.data), on: connection)
        case EventType.datasetCommitted: try await note(try WireJSON.read(Committed.self, from: event.data), on: connection)
        default:
            let alias = try WireJSON.read(ModelAlias.self, from: event.data)
            try await point(alias, isRemoved: event.type == EventType.aliasRemoved, on: connection)
        }
    }

    /// Asks for the builds that are missing, of the indexes that a condition on `similarity_wanted` takes.
    ///
    /// - Parameter pause: seconds until they may begin.
    static func ask(_ condition: SQL, pause: Double = 0, on connection: Connection) async throws {
        try await connection.execute(
            """
            INSERT INTO similarity_indexes AS i (name, capability, state, next_spec, next_version, next_dataset_version, not_before)
                 SELECT name, capability, 'waiting', spec, version, dataset_version, now() + make_interval(secs => \(pause))
                   FROM similarity_wanted
                  WHERE version IS NOT NULL AND dataset_version IS NOT NULL AND \(condition)
            ON CONFLICT (name) DO UPDATE
                    SET \(IndexStore.asked)
                  WHERE i.state <> 'building'
                    AND (ROW(i.next_spec, i.next_version, i.next_dataset_version)
                             IS DISTINCT FROM ROW(excluded.next_spec, excluded.next_version, excluded.next_dataset_version)
                         OR i.state = 'ready' AND i.erasures > i.built_erasures)
            """)
    }

    /// Takes a manifest in. What it does not declare any more is gone, and what another capability declared under the name comes forward.
    private static func declare(_ record: CapabilityRecord, on connection: Connection) async throws {
        let specs = record.manifest.indexes ?? []
        let names = try jsonText(specs.map(\.name))
        let dropped = try await connection.query(
            """
            DELETE FROM similarity_declarations
                  WHERE capability = \(record.name) AND name NOT IN (SELECT jsonb_array_elements_text(\(names)::jsonb))
              RETURNING name
            """)
        for spec in specs {
            try await connection.execute(
                """
                INSERT INTO similarity_declarations (name, capability, spec)
                     VALUES (\(spec.name), \(record.name), \(try jsonText(spec))::jsonb)
                ON CONFLICT (name, capability) DO UPDATE SET spec = excluded.spec
                """)
        }
        let gone = try await connection.query(
            """
            DELETE FROM similarity_indexes AS i
                  WHERE capability = \(record.name)
                    AND NOT EXISTS (SELECT FROM similarity_wanted AS w WHERE w.name = i.name AND w.capability = i.capability)
              RETURNING segment
            """)
        for row in gone {
            if let segment = try row.decode("segment", as: String?.self) { try await IndexGarbage.leave(segment, on: connection) }
        }
        for row in dropped { try await ask("name = \(try row.decode("name", as: String.self))", on: connection) }
        try await ask("capability = \(record.name)", on: connection)
    }

    private static func point(_ alias: ModelAlias, isRemoved: Bool, on connection: Connection) async throws {
        if isRemoved {
            try await connection.execute(
                "DELETE FROM similarity_aliases WHERE capability = \(alias.capability) AND alias = \(alias.alias)")
        } else {
            try await connection.execute(
                """
                INSERT INTO similarity_aliases (capability, alias, version)
                     VALUES (\(alias.capability), \(alias.alias), \(alias.version))
                ON CONFLICT (capability, alias) DO UPDATE SET version = excluded.version
                """)
        }
        try await ask("capability = \(alias.capability)", on: connection)
    }

    private static func note(_ version: Committed, on connection: Connection) async throws {
        try await connection.execute(
            """
            INSERT INTO similarity_datasets AS d (dataset, version)
                 VALUES (\(version.dataset), \(version.number))
            ON CONFLICT (dataset) DO UPDATE SET version = greatest(d.version, excluded.version)
            """)
        try await ask("spec->>'dataset' = \(version.dataset)", on: connection)
    }
}
