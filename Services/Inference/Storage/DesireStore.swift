import Contracts
import Foundation
import Postgres

/// Wishes to load and unload models, for all instances.
struct DesireStore: Sendable {
    /// Wakes the instances up.
    static let channel = "inference_desires"

    let database: Database

    /// Writes a wish in the place of the last one of its model.
    func set(_ model: String, isLoaded: Bool, policy: VersionPolicy?, by caller: String) async throws {
        let policy = try policy.map { String(decoding: try WireJSON.encode($0), as: UTF8.self) }
        try await database.transaction { connection in
            // One after the other: whoever has seen a generation has seen all below it.
            try await connection.execute("LOCK TABLE model_desires IN SHARE ROW EXCLUSIVE MODE")
            try await connection.execute(
                """
                INSERT INTO model_desires (model, is_loaded, policy, generation, requested_by)
                     VALUES (\(model), \(isLoaded), \(policy)::jsonb, nextval('model_desire_generation'), \(caller))
                ON CONFLICT (model) DO UPDATE
                        SET is_loaded = excluded.is_loaded, policy = excluded.policy, generation = excluded.generation,
                            requested_by = excluded.requested_by, requested_at = now()
                """)
            _ = try await connection.query("SELECT pg_notify(\(Self.channel), '')")
        }
    }

    /// All wishes, by model.
    func all() async throws -> [String: ModelDesire] {
        let rows = try await database.query(
            """
            SELECT model, is_loaded, policy::text AS policy, generation
              FROM model_desires
            """)
        return Dictionary(
            try rows.map { row in
                let policy = try row.decode("policy", as: String?.self)
                let desire = ModelDesire(
                    generation: try row.decode("generation"), isLoaded: try row.decode("is_loaded"),
                    policy: try policy.map { try WireJSON.decode(VersionPolicy.self, from: Data($0.utf8)) })
                return (try row.decode("model", as: String.self), desire)
            }
        ) { first, _ in first }
    }
}
