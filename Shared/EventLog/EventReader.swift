import Contracts
import Foundation
import Logging
import Metrics
import Postgres
import ServiceLifecycle

/// Applies each event exactly once to the reader's own schema: the cursor moves in the transaction of the effect.
///
/// Of several instances one works at a time (the cursor's row lock). An event that keeps failing is parked in `event_parked`, logged and
/// counted, and the others go on. `mesh_events_parked_now` tells how many are still there, `mesh_events_lag_seconds` how old the oldest
/// event is that has not taken effect.
public struct EventReader: Service {
    /// Tables that a schema with readers needs.
    public static let migration = Migration(
        name: "v0000_event_reader",
        sql: """
            CREATE TABLE event_cursors (
                reader   text    PRIMARY KEY,
                epoch    integer NOT NULL,
                txid     xid8    NOT NULL,
                sequence bigint  NOT NULL
            );
            CREATE TABLE event_parked (
                reader    text        NOT NULL,
                source    text        NOT NULL,
                id        text        NOT NULL,
                type      text        NOT NULL,
                data      jsonb       NOT NULL,
                parked_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (reader, source, id)
            );
            """)

    /// Failures in a row after which an event is parked.
    static let attempts = 5
    static let batch = 100
    /// Longest sleep without a wake-up.
    static let pause: Duration = .seconds(1)

    public typealias Effect = @Sendable (EventEnvelope, Connection) async throws -> Void

    let name: String
    let types: Set<String>
    let database: Database
    let logger: Logger
    let metrics: any MetricsFactory
    let apply: Effect

    /// - Parameters:
    ///   - name: names the cursor: readers of one name share it.
    ///   - types: events of other types are passed over.
    ///   - metrics: where lag and parked events are told; the process's own when absent.
    ///   - apply: the effect, on the connection of the transaction that also moves the cursor; nothing outside the database.
    public init(
        name: String, types: Set<String>, database: Database, logger: Logger, metrics: (any MetricsFactory)? = nil,
        apply: @escaping Effect
    ) {
        self.name = name
        self.types = types
        self.database = database
        self.logger = logger
        self.metrics = metrics ?? MetricsSystem.factory
        self.apply = apply
    }

    private enum Step: Sendable {
        case moved(Int)
        case waits
        case idle
    }

    private struct Failure: Error {
        let position: EventPosition
        let event: EventEnvelope
        let underlying: any Error
    }

    public func run() async throws {
        let wakeUps = WakeUps(database.listen(EventLog.channel))
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await ensureCursor()
                    break
                } catch {
                    await log(error)
                    try? await Task.sleep(for: .milliseconds(200))
                }
            }
            var failures: [String: Int] = [:]
            while !Task.isCancelled {
                await turn(&failures, wakeUps)
            }
        }
    }

    private func turn(_ failures: inout [String: Int], _ wakeUps: WakeUps) async {
        do {
            switch try await step(limit: failures.isEmpty ? Self.batch : 1) {
            case .moved(let count): if count > 0 { failures = [:] }
            case .waits: try await Task.sleep(for: .milliseconds(10))
            case .idle: await wakeUps.next(within: Self.pause)
            }
        } catch let failure as Failure {
            let count = failures[failure.event.id, default: 0] + 1
            failures[failure.event.id] = count
            logger.error(
                "an event could not be applied",
                metadata: [
                    "reader": "\(name)", "event": "\(failure.event.id)", "type": "\(failure.event.type)",
                    "error": "\(String(reflecting: failure.underlying))",
                ])
            if count >= Self.attempts {
                try? await park(failure)
                failures = [:]
            } else {
                try? await Task.sleep(for: .milliseconds(20 << count))
            }
        } catch is CancellationError {
        } catch {
            await log(error)
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    private func log(_ error: any Error) async {
        logger.warning("events could not be read", metadata: ["reader": "\(name)", "error": "\(String(reflecting: error))"])
    }

    private func ensureCursor() async throws {
        let start = EventPosition.beginning
        try await database.execute(
            """
            INSERT INTO event_cursors (reader, epoch, txid, sequence)
                 VALUES (\(name), \(start.epoch), \(start.transaction)::xid8, \(start.sequence))
            ON CONFLICT DO NOTHING
            """)
    }

    private func step(limit: Int) async throws -> Step {
        try await database.transaction { connection in
            guard let position = try await lockedCursor(on: connection) else { return .idle }
            let page = try await EventLog.read(after: position, types: types, limit: limit, on: connection)
            // Told before the effects, since one that hangs or fails holds all up. Also while it waits: a transaction that never ends, in
            // whatever database of the cluster, shows as a lag that grows.
            let behind = page.events.first?.event.time ?? page.waitingSince
            tell("mesh_events_lag_seconds", behind.map { max(0, Date.now.timeIntervalSince($0)) } ?? 0)
            for placed in page.events where types.contains(placed.event.type) {
                do {
                    try await placed.event.traced { try await apply(placed.event, connection) }
                } catch let error as DatabaseError where error.isRetryable || error.isOutage {
                    // The event is not to blame, so this does not count towards parking it.
                    throw error
                } catch let error as CancellationError {
                    throw error
                } catch {
                    throw Failure(position: placed.position, event: placed.event, underlying: error)
                }
            }
            guard let last = page.events.last else { return page.waitingSince == nil ? .idle : .waits }
            try await move(to: last.position, on: connection)
            Counter(label: "mesh_events_applied", dimensions: [("reader", name)], factory: metrics).increment(by: page.events.count)
            return .moved(page.events.count)
        }
    }

    private func tell(_ gauge: String, _ value: Double) {
        Gauge(label: gauge, dimensions: [("reader", name)], factory: metrics).record(value)
    }

    /// Nil when another instance works.
    private func lockedCursor(on connection: Connection) async throws -> EventPosition? {
        let rows = try await connection.query(
            """
            SELECT epoch, txid::text AS txid, sequence,
                   (SELECT count(*) FROM event_parked WHERE reader = \(name))::float8 AS parked
              FROM event_cursors
             WHERE reader = \(name)
               FOR UPDATE SKIP LOCKED
            """)
        guard let row = rows.first else { return nil }
        // Told at every look, so that it is right after a restart, and falls when the event is settled.
        tell("mesh_events_parked_now", try row.decode("parked"))
        return EventPosition(epoch: try row.decode("epoch"), transaction: try row.decode("txid"), sequence: try row.decode("sequence"))
    }

    private func move(to position: EventPosition, on connection: Connection) async throws {
        try await connection.execute(
            """
            UPDATE event_cursors
               SET epoch = \(position.epoch), txid = \(position.transaction)::xid8, sequence = \(position.sequence)
             WHERE reader = \(name)
            """)
    }

    private func park(_ failure: Failure) async throws {
        try await database.transaction { connection in
            guard try await lockedCursor(on: connection) != nil else { return }
            let event = failure.event
            try await connection.execute(
                """
                INSERT INTO event_parked (reader, source, id, type, data)
                     VALUES (\(name), \(event.source), \(event.id), \(event.type), \(String(decoding: event.data.canonical, as: UTF8.self))::jsonb)
                ON CONFLICT DO NOTHING
                """)
            try await move(to: failure.position, on: connection)
        }
        Counter(label: "mesh_events_parked", dimensions: [("reader", name)], factory: metrics).increment()
        logger.critical("an event was parked", metadata: ["reader": "\(name)", "event": "\(failure.event.id)"])
    }
}
