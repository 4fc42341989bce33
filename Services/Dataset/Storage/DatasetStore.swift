import Contracts
import Cryptography
import Foundation
import Postgres

struct DatasetStore: Sendable {
    let database: Database

    /// Makes a dataset. The same one again changes nothing; another one of the name is a conflict.
    func create(
        _ asked: NewDataset, remember: @escaping @Sendable (DatasetRecord, Connection) async throws -> Void
    ) async throws -> (record: DatasetRecord, created: Bool) {
        try await database.transaction { connection in
            let record = DatasetRecord(name: asked.name, team: asked.team, capability: asked.capability, createdAt: .now.wholeMilliseconds)
            let salt = hexadecimal(randomBytes(16))
            let written = try await connection.execute(
                """
                INSERT INTO datasets (name, team, capability, split_salt, created_at)
                     VALUES (\(record.name), \(record.team), \(record.capability), \(salt), \(record.createdAt))
                ON CONFLICT (name) DO NOTHING
                """)
            if written == 1 {
                try await remember(record, connection)
                return (record, true)
            }
            let present = try await Self.find(asked.name, on: connection).record
            guard present.team == asked.team, present.capability == asked.capability else {
                throw Problem(.conflict, "There is a dataset \(asked.name) already, of team \(present.team).")
            }
            return (present, false)
        }
    }

    /// Datasets by name after a cursor.
    func list(after name: String, limit: Int) async throws -> [DatasetRecord] {
        try await database.query(
            """
            SELECT name, team, capability, split_salt, latest, created_at
              FROM datasets
             WHERE name > \(name)
             ORDER BY name
             LIMIT \(limit)
            """
        ).map { try Dataset(row: $0).record }
    }

    /// A dataset; throws `datasetUnknown`.
    func find(_ name: String) async throws -> Dataset {
        try await database.withConnection { try await Self.find(name, on: $0) }
    }

    private static func find(_ name: String, on connection: Connection) async throws -> Dataset {
        let rows = try await connection.query(
            """
            SELECT name, team, capability, split_salt, latest, created_at
              FROM datasets
             WHERE name = \(name)
            """)
        guard let row = rows.first else { throw Problem(.datasetUnknown, "There is no dataset \(name).") }
        return try Dataset(row: row)
    }
}

extension Dataset {
    init(row: Row) throws {
        let latest = try row.decode("latest", as: Int.self)
        self.init(
            record: DatasetRecord(
                name: try row.decode("name"), team: try row.decode("team"), capability: try row.decode("capability"),
                latestVersion: latest > 0 ? latest : nil, createdAt: try row.decode("created_at")),
            splitSalt: try row.decode("split_salt"))
    }
}

extension Date {
    /// As the wire has it, so that what is answered now equals what is read later.
    var wholeMilliseconds: Date { Date(timeIntervalSince1970: (timeIntervalSince1970 * 1_000).rounded(.down) / 1_000) }
}
