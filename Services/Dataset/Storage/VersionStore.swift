import Contracts
import EventLog
import Foundation
import Postgres

struct VersionStore: Sendable {
    let database: Database
    let log: EventLog

    /// Makes a version the newest of its dataset; false when its parent is not the newest any more. Its blobs have to be there already.
    func commit(
        _ version: DatasetVersion, remember: @escaping @Sendable (DatasetVersion, Connection) async throws -> Void
    ) async throws -> Bool {
        let document = String(decoding: try WireJSON.encode(version), as: UTF8.self)
        return try await database.transaction { connection in
            // The row lock makes competing commits queue up: one of them finds its parent still the newest.
            let heads = try await connection.query("SELECT latest FROM datasets WHERE name = \(version.dataset) FOR UPDATE")
            guard let latest = try heads.first?.decode("latest", as: Int.self) else {
                throw Problem(.datasetUnknown, "There is no dataset \(version.dataset).")
            }
            guard latest == version.parent ?? 0, version.number == latest + 1 else { return false }
            try await connection.execute("UPDATE datasets SET latest = \(version.number) WHERE name = \(version.dataset)")
            try await connection.execute(
                """
                INSERT INTO versions (dataset, number, id, manifest, document, created_at)
                     VALUES (\(version.dataset), \(version.number), \(version.id.description), \(version.manifest.description),
                             \(document)::jsonb, \(version.createdAt))
                """)
            try await remember(version, connection)
            try await append(version, on: connection)
            return true
        }
    }

    /// Versions below a cursor, newest first.
    func list(_ dataset: String, below number: Int, limit: Int) async throws -> [DatasetVersion] {
        try await database.query(
            """
            SELECT document::text AS document
              FROM versions
             WHERE dataset = \(dataset) AND number < \(number)
             ORDER BY number DESC
             LIMIT \(limit)
            """
        ).map { try $0.json("document", as: DatasetVersion.self) }
    }

    /// The version of a number; throws `datasetVersionUnknown`.
    func find(_ dataset: String, _ number: Int) async throws -> DatasetVersion {
        let rows = try await database.query(
            "SELECT document::text AS document FROM versions WHERE dataset = \(dataset) AND number = \(number)")
        guard let row = rows.first else { throw Problem(.datasetVersionUnknown, "Dataset \(dataset) has no version \(number).") }
        return try row.json("document", as: DatasetVersion.self)
    }

    private func append(_ version: DatasetVersion, on connection: Connection) async throws {
        var told = version
        told.segments = []
        let event = EventEnvelope(
            source: ServiceName.dataset.eventSource, type: EventType.datasetCommitted, subject: "\(version.dataset)/\(version.number)",
            data: try WireJSON.value(told))
        try await log.append(event, on: connection)
    }
}
