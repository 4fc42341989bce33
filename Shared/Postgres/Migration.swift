import CLibPQ
import Cryptography
import Foundation
import Logging

/// One step of a schema: a file `vNNNN_what.sql` carried in the binary. Never edited after release.
public struct Migration: Sendable {
    /// File name without `.sql`.
    public let name: String
    public let sql: String

    public init(name: String, sql: String) {
        self.name = name
        self.sql = sql
    }

    /// A file as SwiftPM embeds it.
    public init(_ name: String, _ bytes: [UInt8]) {
        self.init(name: name, sql: String(decoding: bytes, as: UTF8.self))
    }

    /// SHA-256 of the text, hexadecimal.
    var checksum: String { hexadecimal(SHA256.digest(sql)) }
}

/// Why migrations were not applied.
public enum MigrationError: Error, Sendable, CustomStringConvertible {
    /// A migration that was applied has another text now.
    case changed(String)

    public var description: String {
        switch self {
        case .changed(let name): "migration \(name) was applied with another text: migrations are never edited"
        }
    }
}

extension Database {
    /// Applies what is missing, in order, under an advisory lock: several instances may start at once.
    public func migrate(_ migrations: [Migration]) async throws {
        let ordered = migrations.sorted { $0.name < $1.name }
        let key = "mlmesh.migrations." + (schema ?? "public")
        try await withConnection { connection in
            _ = try await connection.query("SELECT pg_advisory_lock(hashtext(\(key)))")
            do {
                try await apply(ordered, on: connection)
            } catch {
                _ = try? await connection.query("SELECT pg_advisory_unlock(hashtext(\(key)))")
                throw error
            }
            _ = try await connection.query("SELECT pg_advisory_unlock(hashtext(\(key)))")
        }
    }

    private func apply(_ migrations: [Migration], on connection: Connection) async throws {
        try await connection.execute(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                name       text        PRIMARY KEY,
                checksum   text        NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """)
        let rows = try await connection.query("SELECT name, checksum FROM schema_migrations")
        let applied = try Dictionary(
            uniqueKeysWithValues: rows.map { (try $0.decode("name", as: String.self), try $0.decode("checksum", as: String.self)) })
        for migration in migrations {
            if let checksum = applied[migration.name] {
                guard checksum == migration.checksum else { throw MigrationError.changed(migration.name) }
                continue
            }
            let note =
                "INSERT INTO schema_migrations (name, checksum) VALUES (\(SQL.literal(migration.name)), \(SQL.literal(migration.checksum)))"
            let script = "BEGIN;\n\(migration.sql)\n;\(note);\nCOMMIT;"
            try await connection.link.withBlockingAccess { try Self.runScript(script, on: $0) }
            logger.info("migration applied", metadata: ["migration": "\(migration.name)"])
        }
    }

    /// Runs several statements through the simple protocol.
    static func runScript(_ script: String, on connection: OpaquePointer) throws {
        guard let result = PQexec(connection, script) else { throw DatabaseError(.connectionLost) }
        defer { PQclear(result) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY].contains(PQresultStatus(result)) else {
            let fault = PipelinedConnection.fault(result)
            PQclear(PQexec(connection, "ROLLBACK"))
            throw fault
        }
    }
}
