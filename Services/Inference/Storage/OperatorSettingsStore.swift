import Contracts
import Foundation
import Postgres

/// What operators set while the service runs, for all instances.
struct OperatorSettingsStore: Sendable {
    /// Wakes the instances up.
    static let channel = "inference_settings"

    let database: Database

    /// Changes settings of a place, one caller after the other, and gives all settings; throws a fault that names the setting.
    func change(_ place: SettingsPlace, by wishes: [String: JSONValue], caller: String) async throws -> OperatorSettings {
        try await database.transaction { connection in
            try await connection.execute("LOCK TABLE operator_settings IN SHARE ROW EXCLUSIVE MODE")
            var settings = try Self.settings(try await connection.query(Self.select))
            try settings.change(place, by: wishes)
            let entry = settings.entries[place] ?? OperatorSettings.Entry()
            let members = String(decoding: try WireJSON.encode(entry.members), as: UTF8.self)
            try await connection.execute(
                """
                INSERT INTO operator_settings (place, members, revision, changed_by)
                     VALUES (\(place.text), \(members)::jsonb, \(entry.revision), \(caller))
                ON CONFLICT (place) DO UPDATE
                        SET members = excluded.members, revision = excluded.revision, changed_by = excluded.changed_by,
                            changed_at = now()
                """)
            _ = try await connection.query("SELECT pg_notify(\(Self.channel), '')")
            return settings
        }
    }

    func all() async throws -> OperatorSettings {
        try Self.settings(try await database.query(Self.select))
    }

    private static let select: SQL = """
        SELECT place, members::text AS members, revision
          FROM operator_settings
        """

    private static func settings(_ rows: [Row]) throws -> OperatorSettings {
        var entries: [SettingsPlace: OperatorSettings.Entry] = [:]
        for row in rows {
            guard let place = SettingsPlace(text: try row.decode("place", as: String.self)) else { continue }
            let text = try row.decode("members", as: String.self)
            entries[place] = OperatorSettings.Entry(
                members: try WireJSON.decode([String: JSONValue].self, from: Data(text.utf8)), revision: try row.decode("revision"))
        }
        return OperatorSettings(entries)
    }
}
