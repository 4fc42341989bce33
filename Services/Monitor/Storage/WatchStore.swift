import Contracts
import Foundation
import Postgres

/// What the watch remembers, with the alarms that its looks raise.
struct WatchStore: Sendable {
    struct Watch: Sendable {
        var revision = 0
        var state = WatchState()
        var health: [SliceHealth] = []
        var lookedAt = Date.distantPast
    }

    /// Rows that a firing alarm asks labels for.
    struct Asking: Sendable {
        let alarm: String
        let rows: [TrafficRow]
        let alert: WatchPlan.MetricAlert
        let answer: AnswerField
    }

    let database: Database
    let alarms: AlarmStore

    func find(_ capability: String) async throws -> Watch {
        let rows = try await database.query(
            "SELECT revision, state::text AS state, health::text AS health, looked_at FROM watches WHERE capability = \(capability)")
        guard let row = rows.first else { return Watch() }
        return Watch(
            revision: try row.decode("revision", as: Int.self), state: try row.json("state", as: WatchState.self),
            health: try row.json("health", as: [SliceHealth].self), lookedAt: try row.decode("looked_at", as: Date.self))
    }

    /// Keeps what a look found, unless another instance was faster; false then.
    func save(_ watch: Watch, of capability: String, changes: [WatchState.Change], asking: [Asking]) async throws -> Bool {
        try await database.transaction { connection in
            // First, so that events of an alarm are in the log's order: a transaction's place there is taken by its first lock.
            if !changes.isEmpty {
                _ = try await connection.query(
                    "SELECT id FROM alarms WHERE capability = \(capability) AND state = 'firing' ORDER BY id FOR UPDATE")
            }
            guard try await write(watch, capability, on: connection) else { return false }
            for change in changes { try await apply(change, capability, on: connection) }
            for ask in asking { try await request(ask, capability, on: connection) }
            for change in changes { try await alarms.tell(change.id, on: connection) }
            return true
        }
    }

    func health(_ capability: String) async throws -> CapabilityHealth {
        let watch = try await find(capability)
        let counts = try await database.query(
            """
            SELECT coalesce((SELECT sum(rows) FROM traffic WHERE capability = \(capability)), 0)::bigint AS predictions,
                   (SELECT count(*)
                      FROM feedback f
                     WHERE EXISTS (SELECT 1
                                     FROM predictions p
                                    WHERE p.request_id = f.request_id AND p.capability = \(capability))) AS feedback
            """)
        return CapabilityHealth(
            capability: capability, predictions: try counts.first?.decode("predictions", as: Int.self) ?? 0,
            feedback: try counts.first?.decode("feedback", as: Int.self) ?? 0, windows: watch.state.windows, slices: watch.health,
            alarms: try await alarms.list(capability: capability, state: nil, before: Int.max, limit: 50).map(\.alarm))
    }

    /// The first window of a champion's traffic after a prediction; nil while none is kept.
    func reference(_ capability: String, version: Int, after seq: Int) async throws -> [TrafficRow]? {
        try await database.query(
            """
            SELECT records
              FROM reference_windows
             WHERE capability = \(capability) AND version = \(version) AND after = \(seq)
            """
        ).first.map { try $0.json("records", as: [PredictionRecord].self).flatMap { $0.trafficRows() } }
    }

    func keepReference(_ records: [PredictionRecord], of capability: String, version: Int, after seq: Int) async throws {
        try await database.execute(
            """
            INSERT INTO reference_windows (capability, version, after, records)
                 VALUES (\(capability), \(version), \(seq), \(String(decoding: try WireJSON.encode(records), as: UTF8.self)))
            ON CONFLICT DO NOTHING
            """)
    }

    private func write(_ watch: Watch, _ capability: String, on connection: Connection) async throws -> Bool {
        let state = String(decoding: try WireJSON.encode(watch.state), as: UTF8.self)
        let health = String(decoding: try WireJSON.encode(watch.health), as: UTF8.self)
        let written = try await connection.execute(
            """
            INSERT INTO watches (capability, revision, state, health)
                 VALUES (\(capability), 1, \(state)::jsonb, \(health)::jsonb)
            ON CONFLICT (capability) DO UPDATE
                    SET revision = watches.revision + 1, state = excluded.state, health = excluded.health, looked_at = now()
                  WHERE watches.revision = \(watch.revision)
            """)
        return written == 1
    }

    private func apply(_ change: WatchState.Change, _ capability: String, on connection: Connection) async throws {
        switch change {
        case .fired(let reading, let id):
            try await alarms.open(Alarm(reading, id: id, capability: capability), on: connection)
        case .resolved(_, let id):
            try await alarms.resolve(id, on: connection)
        }
    }

    /// Leaves a job for the rows that the alarm has not asked for yet.
    private func request(_ ask: Asking, _ capability: String, on connection: Connection) async throws {
        let new = try await connection.query(
            """
            INSERT INTO alarm_rows (alarm, request_id, row)
                 SELECT \(ask.alarm), a.request_id, a.row
                   FROM unnest(\(ask.rows.map(\.request.description))::text[], \(ask.rows.map(\.row))::integer[])
                        WITH ORDINALITY AS a (request_id, row, place)
                  WHERE NOT EXISTS (SELECT 1 FROM alarm_rows k WHERE k.alarm = \(ask.alarm) AND k.request_id = a.request_id AND k.row = a.row)
                  ORDER BY a.place
                  LIMIT greatest(0, \(FailingRows.most) - (SELECT count(*) FROM alarm_rows WHERE alarm = \(ask.alarm) AND NOT refused))
            ON CONFLICT DO NOTHING
              RETURNING request_id, row
            """)
        let keys = Set(try new.map { try $0.decode("request_id", as: String.self) + "." + $0.decode("row", as: String.self) })
        let rows = ask.rows.filter { keys.contains(RowID.production($0.request, row: $0.row)) }
        guard !rows.isEmpty else { return }
        let body = FailingRows.request(rows, alarm: ask.alarm, ask.alert, answer: ask.answer)
        try await connection.execute(
            """
            INSERT INTO labeling_jobs (id, alarm, capability, body, tasks)
                 VALUES (\(UUID()), \(ask.alarm), \(capability), \(String(decoding: try WireJSON.encode(body), as: UTF8.self)), \(rows.count))
            """)
    }
}

extension WatchState.Change {
    var id: String {
        switch self {
        case .fired(_, let id), .resolved(_, let id): id
        }
    }
}

extension Alarm {
    init(_ reading: Reading, id: String, capability: String) {
        self.init(
            id: id, capability: capability, slice: reading.key.slice, kind: reading.key.kind.rawValue, metric: reading.key.metric,
            value: reading.value, bound: reading.bound, rows: reading.rows, state: .firing, openedAt: .now, labelingTasks: 0)
    }
}
