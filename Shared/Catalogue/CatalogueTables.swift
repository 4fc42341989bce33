import Contracts
import EventLog
import Foundation
import Postgres

/// The tables of a catalogue. Each row has the number of its last change; changes are made one after the other, under the lock of the
/// event reader's cursor, so whoever has seen a number has seen all below it.
enum CatalogueTables {
    static let migrations = [
        Migration(
            name: "v0000_catalogue",
            sql: """
                CREATE TABLE catalogue_capabilities (name text PRIMARY KEY, record jsonb NOT NULL);
                CREATE TABLE catalogue_versions (
                    capability text NOT NULL, version integer NOT NULL, model jsonb NOT NULL, PRIMARY KEY (capability, version));
                CREATE TABLE catalogue_aliases (
                    capability text NOT NULL, alias text NOT NULL, target jsonb NOT NULL, PRIMARY KEY (capability, alias));
                """),
        Migration(
            name: "v0000_catalogue_changes",
            sql: """
                CREATE SEQUENCE catalogue_change;
                ALTER TABLE catalogue_capabilities ADD COLUMN change bigint NOT NULL DEFAULT nextval('catalogue_change');
                ALTER TABLE catalogue_versions ADD COLUMN change bigint NOT NULL DEFAULT nextval('catalogue_change');
                ALTER TABLE catalogue_aliases ADD COLUMN change bigint NOT NULL DEFAULT nextval('catalogue_change');
                CREATE INDEX catalogue_capabilities_change ON catalogue_capabilities (change);
                CREATE INDEX catalogue_versions_change ON catalogue_versions (change);
                CREATE INDEX catalogue_aliases_change ON catalogue_aliases (change);
                -- NULL for an alias that was removed.
                ALTER TABLE catalogue_aliases ALTER COLUMN target DROP NOT NULL;
                """),
    ]

    /// Writes what an event of the registry tells.
    static func apply(_ event: EventEnvelope, _ connection: Connection) async throws {
        let text = String(decoding: event.data.canonical, as: UTF8.self)
        switch event.type {
        case EventType.capabilityApplied:
            let record = try WireJSON.read(CapabilityRecord.self, from: event.data)
            try await connection.execute(
                """
                INSERT INTO catalogue_capabilities (name, record)
                     VALUES (\(record.name), \(text)::jsonb)
                ON CONFLICT (name) DO UPDATE SET record = excluded.record, change = excluded.change
                """)
        case EventType.versionRegistered:
            let version = try WireJSON.read(ModelVersion.self, from: event.data)
            try await connection.execute(
                """
                INSERT INTO catalogue_versions (capability, version, model)
                     VALUES (\(version.capability), \(version.version), \(text)::jsonb)
                ON CONFLICT (capability, version) DO UPDATE SET model = excluded.model, change = excluded.change
                """)
        default:
            let alias = try WireJSON.read(ModelAlias.self, from: event.data)
            let target = event.type == EventType.aliasMoved ? text : nil
            try await connection.execute(
                """
                INSERT INTO catalogue_aliases (capability, alias, target)
                     VALUES (\(alias.capability), \(alias.alias), \(target)::jsonb)
                ON CONFLICT (capability, alias) DO UPDATE SET target = excluded.target, change = excluded.change
                """)
        }
    }

    /// What has changed after a number, in one look. Of a capability that changed, all: its versions may have been told before it.
    static func changes(after number: Int, in database: Database) async throws -> CatalogueChanges {
        let rows = try await database.query(
            """
            WITH changed AS (SELECT name, record, change FROM catalogue_capabilities WHERE change > \(number))
            SELECT 'capability' AS kind, change, name AS capability, NULL AS alias, record::text AS body
              FROM changed
             UNION ALL
            SELECT 'version', v.change, v.capability, NULL, v.model::text
              FROM catalogue_versions AS v
             WHERE v.change > \(number) OR v.capability IN (SELECT name FROM changed)
             UNION ALL
            SELECT 'alias', a.change, a.capability, a.alias, a.target::text
              FROM catalogue_aliases AS a
             WHERE a.change > \(number) OR a.capability IN (SELECT name FROM changed)
            """)
        return try CatalogueChanges(rows, after: number)
    }
}
