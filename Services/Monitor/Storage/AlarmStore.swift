import Contracts
import EventLog
import Foundation
import Postgres

/// Alarms.
struct AlarmStore: Sendable {
    let database: Database
    let log: EventLog

    /// Alarms below a number, newest first.
    /// - Parameter names: of these capabilities only; nil for all.
    func list(capability: String?, among names: [String]? = nil, state: Alarm.State?, before: Int, limit: Int) async throws -> [(
        seq: Int, alarm: Alarm
    )] {
        try await database.query(
            """
            SELECT \(Self.columns)
              FROM alarms
             WHERE seq < \(before)
               AND (\(capability)::text IS NULL OR capability = \(capability))
               AND (\(names == nil)::boolean OR capability = ANY(\(names ?? [])::text[]))
               AND (\(state?.rawValue)::text IS NULL OR state = \(state?.rawValue))
             ORDER BY seq DESC
             LIMIT \(limit)
            """
        ).map { (try $0.decode("seq", as: Int.self), try Alarm(row: $0)) }
    }

    func open(_ alarm: Alarm, on connection: Connection) async throws {
        try await connection.execute(
            """
            INSERT INTO alarms (id, capability, slice, kind, metric, value, bound, rows, state, opened_at)
                 VALUES (\(alarm.id), \(alarm.capability), \(alarm.slice), \(alarm.kind), \(alarm.metric), \(alarm.value), \(alarm.bound),
                         \(alarm.rows), \(alarm.state.rawValue), \(alarm.openedAt))
            """)
    }

    func resolve(_ id: String, on connection: Connection) async throws {
        try await connection.execute(
            "UPDATE alarms SET state = 'resolved', resolved_at = now() WHERE id = \(id) AND state = 'firing'")
    }

    func addTasks(_ count: Int, to id: String, on connection: Connection) async throws {
        try await connection.execute("UPDATE alarms SET labeling_tasks = labeling_tasks + \(count) WHERE id = \(id)")
    }

    /// Tells of an alarm as it is now. The last statement of a transaction.
    func tell(_ id: String, on connection: Connection) async throws {
        let rows = try await connection.query("SELECT \(Self.columns) FROM alarms WHERE id = \(id)")
        guard let alarm = try rows.first.map(Alarm.init(row:)) else { return }
        let event = EventEnvelope(
            source: ServiceName.monitor.eventSource, type: EventType.alarmChanged, subject: alarm.capability,
            data: try WireJSON.value(alarm))
        try await log.append(event, on: connection)
    }

    private static let columns: SQL =
        "seq, id, capability, slice, kind, metric, value, bound, rows, state, opened_at, resolved_at, labeling_tasks"
}

extension Alarm {
    init(row: Row) throws {
        self.init(
            id: try row.decode("id", as: String.self), capability: try row.decode("capability", as: String.self),
            slice: try row.decode("slice", as: String.self), kind: try row.decode("kind", as: String.self),
            metric: try row.decode("metric", as: String.self), value: try row.decode("value", as: Double.self),
            bound: try row.decode("bound", as: Double.self), rows: try row.decode("rows", as: Int.self),
            state: State(rawValue: try row.decode("state", as: String.self)) ?? .firing,
            openedAt: try row.decode("opened_at", as: Date.self),
            resolvedAt: try row.decode("resolved_at", as: Date?.self), labelingTasks: try row.decode("labeling_tasks", as: Int.self))
    }
}
