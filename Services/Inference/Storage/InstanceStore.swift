import Contracts
import Foundation
import Postgres

/// What the running instances say of themselves.
struct InstanceStore: Sendable {
    let database: Database

    /// Writes an instance's row, which counts for a time.
    func report(_ instance: String, states: InstanceReport, statistics: InstanceStatistics, for time: Duration) async throws {
        let states = String(decoding: try WireJSON.encode(states), as: UTF8.self)
        let statistics = String(decoding: try WireJSON.encode(statistics), as: UTF8.self)
        try await database.execute(
            """
            INSERT INTO instance_reports (instance, states, statistics, expires_at)
                 VALUES (\(instance), \(states)::jsonb, \(statistics)::jsonb, now() + make_interval(secs => \(time / .seconds(1))))
            ON CONFLICT (instance) DO UPDATE
                    SET states = excluded.states, statistics = excluded.statistics, expires_at = excluded.expires_at
            """)
    }

    /// Takes an instance's row away, and those of instances that died.
    func leave(_ instance: String) async throws {
        try await database.execute("DELETE FROM instance_reports WHERE instance = \(instance) OR expires_at < now()")
    }

    /// States as the other living instances have them.
    func states(except instance: String) async throws -> [InstanceReport] {
        try await texts("states", except: instance).map { try WireJSON.decode(InstanceReport.self, from: Data($0.utf8)) }
    }

    /// Counts of the other living instances.
    func statistics(except instance: String) async throws -> [InstanceStatistics] {
        try await texts("statistics", except: instance).map { try WireJSON.decode(InstanceStatistics.self, from: Data($0.utf8)) }
    }

    private func texts(_ column: String, except instance: String) async throws -> [String] {
        let rows = try await database.query(
            """
              SELECT states::text AS states, statistics::text AS statistics
                FROM instance_reports
               WHERE instance <> \(instance) AND expires_at >= now()
            ORDER BY instance
            """)
        return try rows.map { try $0.decode(column) }
    }
}
