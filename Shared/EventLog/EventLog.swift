import Contracts
import Foundation
import Postgres

/// The mesh's log of events, a table that services append to in the transaction of the change that an event tells of.
///
/// A reader stops at the oldest transaction that is still under way (the xmin of its snapshot), so that no event whose transaction
/// commits late is passed over.
public struct EventLog: Sendable {
    /// The schema that holds the log.
    public static let schema = "events"
    /// NOTIFY channel that wakes readers after a commit. Postgres merges equal notifications of one transaction.
    static let channel = "mesh_events"

    /// Steps of the schema `events`, applied by an administrator.
    public static var migrations: [Migration] { [Migration("v0001_events", PackageResources.v0001_events_sql)] }

    public init() {}

    /// Appends an event. It is to be the last statement of a short transaction: readers wait for every transaction that is older.
    public func append(_ event: EventEnvelope, on connection: Connection) async throws {
        let data = String(decoding: event.data.canonical, as: UTF8.self)
        try await connection.execute(
            """
            WITH appended AS (
                INSERT INTO events.log (id, source, type, subject, time, traceparent, data)
                     VALUES (\(event.id), \(event.source), \(event.type), \(event.subject), \(event.time), \(event.traceparent), \(data)::jsonb)
                  RETURNING 1
            )
            SELECT pg_notify(\(Self.channel), '') FROM appended
            """)
    }

    /// Events after a position whose order is settled, and whether later ones wait for a transaction under way.
    static func read(after position: EventPosition, limit: Int, on connection: Connection) async throws -> EventPage {
        let rows = try await connection.query(
            """
            SELECT epoch, txid::text AS txid, sequence, id, source, type, subject, time, traceparent, data::text AS data
              FROM events.log
             WHERE (epoch, txid, sequence) > (\(position.epoch), \(position.transaction)::xid8, \(position.sequence))
               AND (epoch < events.current_epoch() OR txid < pg_snapshot_xmin(pg_current_snapshot()))
             ORDER BY epoch, txid, sequence
             LIMIT \(limit)
            """)
        let events = try rows.map { row in
            let place = EventPosition(
                epoch: try row.decode("epoch"), transaction: try row.decode("txid"), sequence: try row.decode("sequence"))
            return PlacedEvent(event: try EventEnvelope(row: row), position: place)
        }
        var waits = false
        if events.isEmpty {
            let later = try await connection.query(
                """
                SELECT EXISTS (SELECT 1
                                 FROM events.log
                                WHERE (epoch, txid, sequence) > (\(position.epoch), \(position.transaction)::xid8, \(position.sequence))) AS later
                """)
            waits = try later.first?.decode("later", as: Bool.self) ?? false
        }
        return EventPage(events: events, waits: waits)
    }
}

/// An event and its place in the log.
struct PlacedEvent: Sendable {
    let event: EventEnvelope
    let position: EventPosition
}

/// What a reader got.
struct EventPage: Sendable {
    let events: [PlacedEvent]
    /// Later events are there, but an older transaction is still under way.
    let waits: Bool
}

extension EventEnvelope {
    init(row: Row) throws {
        self.init(
            id: try row.decode("id"), source: try row.decode("source"), type: try row.decode("type"),
            subject: try row.decode("subject"), time: try row.decode("time"), traceparent: try row.decode("traceparent"),
            data: try WireJSON.decode(JSONValue.self, from: Data(try row.decode("data", as: String.self).utf8)))
    }
}
