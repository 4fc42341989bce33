import Contracts
import Foundation
import Observability
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
    public static var migrations: [Migration] {
        [
            Migration("v0001_events", PackageResources.v0001_events_sql),
            Migration("v0002_retention", PackageResources.v0002_retention_sql),
        ]
    }

    public init() {}

    /// Appends an event. It is to be the last statement of a short transaction: readers wait for every transaction that is older.
    ///
    /// An event without a trace gets the one that the task works for, so that what it causes belongs to the request that caused it.
    public func append(_ event: EventEnvelope, on connection: Connection) async throws {
        let data = String(decoding: event.data.canonical, as: UTF8.self)
        let trace = event.traceparent ?? TraceContext.current?.child().traceparent
        try await connection.execute(
            """
            WITH appended AS (
                INSERT INTO events.log (id, source, type, subject, time, traceparent, data)
                     VALUES (\(event.id), \(event.source), \(event.type), \(event.subject), \(event.time), \(trace), \(data)::jsonb)
                  RETURNING 1
            )
            SELECT pg_notify(\(Self.channel), '') FROM appended
            """)
    }

    /// Events after a position whose order is settled, and whether later ones wait for a transaction under way.
    ///
    /// The order names the table's columns: a bare `txid` would mean the text that is selected, where 10000 comes before 9999.
    ///
    /// - Parameters:
    ///   - types: events of other types come without their data, which may be megabytes.
    ///   - only: whether events of other types are left out; a cursor that is to move with the log needs them.
    ///   - settled: false gives all that is committed, also what other events may still come before.
    static func read(
        after position: EventPosition, types: Set<String>, only: Bool = false, limit: Int, settled: Bool = true,
        on connection: Connection
    ) async throws -> EventPage {
        let types = types.sorted()
        let rows = try await connection.query(
            """
            SELECT epoch, txid::text AS txid, sequence, id, source, type, subject, time, traceparent,
                   CASE WHEN type = ANY (\(types)) THEN data::text ELSE '{}' END AS data
              FROM events.log
             WHERE (epoch, txid, sequence) > (\(position.epoch), \(position.transaction)::xid8, \(position.sequence))
               AND (NOT \(only)::bool OR type = ANY (\(types)))
               AND (NOT \(settled)::bool OR epoch < events.current_epoch() OR txid < pg_snapshot_xmin(pg_current_snapshot()))
             ORDER BY log.epoch, log.txid, log.sequence
             LIMIT \(limit)
            """)
        let events = try rows.map { row in
            let place = EventPosition(
                epoch: try row.decode("epoch"), transaction: try row.decode("txid"), sequence: try row.decode("sequence"))
            return PlacedEvent(event: try EventEnvelope(row: row), position: place)
        }
        return EventPage(
            events: events,
            waitingSince: events.isEmpty ? try await oldest(after: position, types: only ? types : nil, on: connection) : nil)
    }

    /// Time of the oldest event after a position (of some types, if given), settled or not.
    private static func oldest(after position: EventPosition, types: [String]?, on connection: Connection) async throws -> Date? {
        try await connection.query(
            """
            SELECT min(time) AS oldest
              FROM events.log
             WHERE (epoch, txid, sequence) > (\(position.epoch), \(position.transaction)::xid8, \(position.sequence))
               AND (\(types)::text[] IS NULL OR type = ANY (\(types)))
            """
        ).first?.decode("oldest", as: Date?.self) ?? nil
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
    /// Time of the oldest later event, when there is one but an older transaction is still under way.
    let waitingSince: Date?
}

extension EventEnvelope {
    /// Runs an effect of the event in the event's trace.
    func traced<T>(_ effect: () async throws -> T) async rethrows -> T {
        try await TraceContext.$current.withValue(TraceContext.continuing(traceparent), operation: effect)
    }

    init(row: Row) throws {
        self.init(
            id: try row.decode("id"), source: try row.decode("source"), type: try row.decode("type"),
            subject: try row.decode("subject"), time: try row.decode("time"), traceparent: try row.decode("traceparent"),
            data: try WireJSON.decode(JSONValue.self, from: Data(try row.decode("data", as: String.self).utf8)))
    }
}
