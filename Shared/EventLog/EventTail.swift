import Contracts
import Foundation
import Logging
import Postgres
import ServiceLifecycle

/// Shows every event to this very instance, in order, at least once: for what is kept in memory.
public struct EventTail: Service {
    /// Where to begin.
    public enum Start: Sendable {
        /// With the oldest event of the log.
        case beginning
        /// With the events of the last while; the bound is loose, so a few older ones may come too.
        case last(Duration)
        /// With the first event that is appended from now on.
        case end
    }

    let types: Set<String>
    let database: Database
    let start: Start
    let isEager: Bool
    let logger: Logger
    let onCaughtUp: @Sendable () -> Void
    let apply: @Sendable (EventEnvelope) async -> Void

    /// - Parameters:
    ///   - isEager: shows an event as soon as it is committed, before an older transaction that is under way has ended, and once more in
    ///     its order: for effects that may be repeated and come in any order.
    ///   - onCaughtUp: called each time when no event is left that could be read.
    public init(
        types: Set<String>, database: Database, start: Start, isEager: Bool = false, logger: Logger,
        onCaughtUp: @escaping @Sendable () -> Void = {},
        apply: @escaping @Sendable (EventEnvelope) async -> Void
    ) {
        self.types = types
        self.database = database
        self.start = start
        self.isEager = isEager
        self.logger = logger
        self.onCaughtUp = onCaughtUp
        self.apply = apply
    }

    public func run() async throws {
        let wakeUps = WakeUps(database.listen(EventLog.channel))
        await cancelWhenGracefulShutdown {
            var position: EventPosition?
            while !Task.isCancelled {
                do {
                    let from = if let position { position } else { try await first() }
                    position = try await follow(from: from, wakeUps)
                } catch is CancellationError {
                } catch {
                    logger.warning("events could not be followed", metadata: ["error": "\(String(reflecting: error))"])
                    try? await Task.sleep(for: .milliseconds(200))
                }
            }
        }
    }

    private func first() async throws -> EventPosition {
        if case .beginning = start { return .beginning }
        // Before the look at old events: what is appended meanwhile must not be passed over.
        let rows = try await database.query(
            "SELECT events.current_epoch() AS epoch, pg_snapshot_xmin(pg_current_snapshot())::text AS txid")
        guard let row = rows.first else { return .beginning }
        let end = EventPosition(epoch: try row.decode("epoch"), transaction: try row.decode("txid"), sequence: -1)
        guard case .last(let duration) = start else { return end }
        return try await first(within: duration) ?? end
    }

    /// The place right before the oldest event of the last while, by an index; nil when there is none.
    ///
    /// Times are the writers' clocks and transactions end in another order, both within a minute: hence the margin.
    private func first(within duration: Duration) async throws -> EventPosition? {
        let seconds = Double(duration.components.seconds) + 60
        let rows = try await database.query(
            """
            SELECT epoch, txid::text AS place, sequence
              FROM events.log
             WHERE time >= now() - make_interval(secs => \(seconds))
             ORDER BY time
             LIMIT 1
            """)
        return try rows.first.map { row in
            EventPosition(epoch: try row.decode("epoch"), transaction: try row.decode("place"), sequence: -1)
        }
    }

    /// Reads one page; waits when there is none.
    private func follow(from position: EventPosition, _ wakeUps: WakeUps) async throws -> EventPosition {
        let page = try await database.withConnection {
            try await EventLog.read(after: position, types: types, only: true, limit: 500, on: $0)
        }
        for placed in page.events { await placed.event.traced { await apply(placed.event) } }
        if let last = page.events.last { return last.position }
        if page.waitingSince != nil {
            if isEager { try await showUnsettled(after: position) }
            try await Task.sleep(for: .milliseconds(10))
        } else {
            onCaughtUp()
            await wakeUps.next(within: EventReader.pause)
        }
        return position
    }

    /// What is committed but may still be preceded. Once the older transactions end it is shown again by `follow`.
    private func showUnsettled(after position: EventPosition) async throws {
        let limit = 500
        let page = try await database.withConnection {
            try await EventLog.read(after: position, types: types, only: true, limit: limit, settled: false, on: $0)
        }
        for placed in page.events { await placed.event.traced { await apply(placed.event) } }
        // All that is committed was shown: somebody's long transaction keeps nobody from being ready.
        if page.events.count < limit { onCaughtUp() }
    }
}
