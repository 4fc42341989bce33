import Contracts
import EventLog
import Foundation
import Logging
import Metrics
import Postgres

/// Tells receivers of what happens to capabilities, whichever way it was asked for: it follows the registry's own events.
struct MeshChangeStore: Sendable {
    static let types: Set<String> = [
        EventType.capabilityApplied, EventType.versionRegistered, EventType.aliasMoved, EventType.aliasRemoved,
    ]

    let database: Database
    let logger: Logger
    let metrics: any MetricsFactory

    var reader: EventReader {
        EventReader(name: "webhooks", types: Self.types, database: database, logger: logger, metrics: metrics) { event, connection in
            try await apply(event, on: connection)
        }
    }

    /// The effect of one event.
    func apply(_ event: EventEnvelope, on connection: Connection) async throws {
        switch event.type {
        case EventType.capabilityApplied:
            let record = try WireJSON.read(CapabilityRecord.self, from: event.data)
            guard record.revision == 1 else { return }
            let description = record.manifest.metadata.description.map { JSONValue.string($0) } ?? .null
            let data: [String: JSONValue] = ["name": .string(record.name), "tags": [:], "description": description]
            try await WebhookOutbox.add(.modelCreated, data, team: record.team, at: event.time, on: connection)
        case EventType.versionRegistered:
            let version = try WireJSON.read(ModelVersion.self, from: event.data)
            guard let key = try await key(version.capability, on: connection),
                let shown = try await RegisteredVersionStore.present(version.version, of: key, on: connection)
            else { return }
            try await WebhookOutbox.add(.versionCreated, shown.payload, team: key.team, at: event.time, on: connection)
        case EventType.aliasMoved, EventType.aliasRemoved:
            let alias = try WireJSON.read(ModelAlias.self, from: event.data)
            guard let key = try await key(alias.capability, on: connection) else { return }
            var data: [String: JSONValue] = ["name": .string(key.name), "alias": .string(alias.alias)]
            let isMoved = event.type == EventType.aliasMoved
            if isMoved { data["version"] = .string("\(alias.version)") }
            try await WebhookOutbox.add(isMoved ? .aliasCreated : .aliasDeleted, data, team: key.team, at: event.time, on: connection)
        default: return
        }
    }

    private func key(_ capability: String, on connection: Connection) async throws -> RegisteredModel.Key? {
        try await connection.query(
            "SELECT id, name, team, capability FROM registered_models WHERE capability = \(capability)"
        ).first.map(RegisteredModel.Key.init(row:))
    }
}
