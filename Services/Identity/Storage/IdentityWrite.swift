import Contracts
import EventLog
import Foundation
import Postgres

/// What every change of identities shares: the order of gateway changes, the audit row, and the event as last statement.
struct IdentityWrite: Sendable {
    let database: Database
    let log: EventLog

    /// Runs a change. `gateway_entries.change` is drawn under a lock, so that a reader of changes passes over none.
    func run<T: Sendable>(_ body: @escaping @Sendable (Connection) async throws -> T) async throws -> T {
        try await database.transaction { connection in
            _ = try await connection.query("SELECT pg_advisory_xact_lock(hashtext('identity.gateway_changes'))")
            return try await body(connection)
        }
    }

    /// Notes who did what.
    func audit(_ actor: String, _ action: String, _ subject: String, detail: String? = nil, on connection: Connection) async throws {
        _ = try await connection.execute(
            """
            INSERT INTO audit (actor, action, subject, detail)
                 VALUES (\(actor), \(action), \(subject), \(detail))
            """)
    }

    /// Wakes whoever waits for gateway changes, once the transaction commits.
    func notifyGateway(on connection: Connection) async throws {
        _ = try await connection.query("SELECT pg_notify('identity_gateway', '')")
    }

    /// Tells all services that a credential stopped working.
    func revoke(key: String? = nil, subject: String? = nil, on connection: Connection) async throws {
        var data: [String: JSONValue] = [:]
        if let key { data["keyId"] = .string(key) }
        if let subject { data["subject"] = .string(subject) }
        try await append(EventType.revoked, subject: key ?? subject, data: .object(data), on: connection)
    }

    /// Tells all services that older tokens of a subject stopped working.
    func changedRoles(of subject: String, generation: Int, on connection: Connection) async throws {
        try await append(
            EventType.rolesChanged, subject: subject, data: ["subject": .string(subject), "generation": .integer(Int64(generation))],
            on: connection)
    }

    private func append(_ type: String, subject: String?, data: JSONValue, on connection: Connection) async throws {
        let event = EventEnvelope(source: ServiceName.identity.eventSource, type: type, subject: subject, data: data)
        try await log.append(event, on: connection)
    }
}
