import Contracts
import Foundation
import Logging
import Postgres

/// The versions that served last, by alias, for instances that start.
struct GoodVersionStore: Sendable {
    let database: Database
    let logger: Logger

    /// Writes which version serves for an alias now.
    func keep(_ version: GoodVersion) async throws {
        let served = String(decoding: try WireJSON.encode(version), as: UTF8.self)
        try await database.execute(
            """
            INSERT INTO good_versions (model, alias, served)
                 VALUES (\(version.model), \(version.alias), \(served)::jsonb)
            ON CONFLICT (model, alias) DO UPDATE
                    SET served = excluded.served, served_at = now()
            """)
    }

    /// Forgets what served for an alias.
    func forget(_ model: String, alias: String) async throws {
        try await database.execute("DELETE FROM good_versions WHERE model = \(model) AND alias = \(alias)")
    }

    /// All of them; one that another release wrote in other words is passed over.
    func all() async throws -> [GoodVersion] {
        let rows = try await database.query(
            """
              SELECT model, served::text AS served
                FROM good_versions
            ORDER BY model, alias
            """)
        return try rows.compactMap { row in
            let (model, text) = (try row.decode("model", as: String.self), try row.decode("served", as: String.self))
            do {
                return try WireJSON.decode(GoodVersion.self, from: Data(text.utf8))
            } catch {
                logger.warning(
                    "what served last cannot be read",
                    metadata: ["model": "\(model)", "error": "\(String(reflecting: error))"])
                return nil
            }
        }
    }
}
