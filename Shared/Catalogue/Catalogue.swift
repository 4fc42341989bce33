import Contracts
import EventLog
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// What the model-registry has told: its events, kept in tables of the service's own schema, and a snapshot in memory.
///
/// A service that has a catalogue works when the registry is away, and from its first moment after a restart.
public final class Catalogue: Service {
    /// Tables that a schema with a catalogue needs, those of the event reader included.
    public static let migrations = [EventReader.migration] + CatalogueTables.migrations

    private struct State {
        var capabilities: [String: CatalogueCapability] = [:]
        var isLoaded = false
        /// All that had been told at the start is in the tables.
        var hasCaughtUp = false
        /// And in the snapshot.
        var isCurrent = false
        /// Number of the newest change that the snapshot has.
        var last = 0
        /// Rows that all looks at the tables read.
        var rowsRead = 0
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextListener = 0
    }

    private let database: Database
    private let logger: Logger
    private let reader: EventReader
    private let channel: String
    private let state = Mutex(State())

    /// - Parameters:
    ///   - schema: the service's schema, which names the wake-up channel.
    ///   - also: an effect of the service's own on each event, in the same transaction.
    public init(
        database: Database, schema: String, logger: Logger, also effect: (@Sendable (EventEnvelope, Connection) async throws -> Void)? = nil
    ) {
        self.database = database
        self.logger = logger
        let channel = "catalogue_" + schema
        self.channel = channel
        reader = EventReader(
            name: "catalogue",
            types: [EventType.capabilityApplied, EventType.versionRegistered, EventType.aliasMoved, EventType.aliasRemoved],
            database: database, logger: logger
        ) { event, connection in
            try await CatalogueTables.apply(event, connection)
            try await effect?(event, connection)
            _ = try await connection.query("SELECT pg_notify(\(channel), 'changed')")
        }
    }

    /// Whether the snapshot has been read once; a service is not ready before.
    public var isLoaded: Bool { state.withLock { $0.isLoaded } }

    /// Whether the snapshot has all that the registry had told when this instance started: what was told while it was away included.
    public var isCurrent: Bool { state.withLock { $0.isCurrent } }

    /// Rows that all looks at the tables read.
    var rowsRead: Int { state.withLock { $0.rowsRead } }

    /// All capabilities, by name.
    public var capabilities: [String: CatalogueCapability] { state.withLock { $0.capabilities } }

    /// A capability, or nil.
    public func capability(_ name: String) -> CatalogueCapability? { state.withLock { $0.capabilities[name] } }

    /// A capability that may have been applied a moment ago: waits for the catalogue to catch up. Throws `capabilityUnknown`.
    public func capability(_ name: String, within patience: Duration) async throws -> CatalogueCapability {
        try await waiting(within: patience) { $0.capability(name) }
            ?? { throw Problem(.capabilityUnknown, "There is no capability \(name).") }()
    }

    /// A version that may have been registered a moment ago. Throws `versionUnknown`.
    public func version(_ reference: String, of name: String, within patience: Duration) async throws -> ModelVersion {
        let start = ContinuousClock.now
        _ = try await capability(name, within: patience)
        let left = patience - start.duration(to: .now)
        return try await waiting(within: max(.zero, left)) { $0.capability(name)?.version(reference) }
            ?? { throw Problem(.versionUnknown, "Model \(name) has no version \(reference).") }()
    }

    /// One element each time the snapshot has changed, and one at first.
    public func changes() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let id = state.withLock { state in
                state.nextListener += 1
                state.listeners[state.nextListener] = continuation
                return state.nextListener
            }
            continuation.onTermination = { [weak self] _ in _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) } }
            continuation.yield()
        }
    }

    public func run() async throws {
        let wakeUps = database.listen(channel)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await self.reader.run() }
            group.addTask { await cancelWhenGracefulShutdown { await self.awaitLog() } }
            group.addTask {
                await cancelWhenGracefulShutdown {
                    // An empty payload: something may have been missed.
                    for await payload in wakeUps { await self.look(anew: payload.isEmpty) }
                }
            }
        }
    }

    /// Waits until what had been told at the start is in the tables, and has them looked at once more.
    private func awaitLog() async {
        while !Task.isCancelled {
            do {
                try await reader.caughtUp()
                state.withLock { $0.hasCaughtUp = true }
                _ = try await database.query("SELECT pg_notify(\(channel), 'caught up')")
                return
            } catch {
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func look(anew: Bool) async {
        let hasCaughtUp = state.withLock { $0.hasCaughtUp }
        await catchUp(anew: anew)
        guard hasCaughtUp else { return }
        let listeners = state.withLock { state -> [AsyncStream<Void>.Continuation] in
            guard state.isLoaded, !state.isCurrent else { return [] }
            state.isCurrent = true
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.yield() }
    }

    private func waiting<T>(within patience: Duration, _ find: (Catalogue) -> T?) async throws -> T? {
        let end = ContinuousClock.now + patience
        while true {
            if let found = find(self) { return found }
            if ContinuousClock.now >= end { return nil }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Reads what has changed until it succeeds: at the start the tables may not be there yet, and a wake-up comes once.
    private func catchUp(anew: Bool) async {
        while !Task.isCancelled {
            do {
                let changes = try await CatalogueTables.changes(after: anew ? 0 : state.withLock { $0.last }, in: database)
                for listener in take(changes, anew: anew) { listener.yield() }
                return
            } catch {
                logger.warning("the catalogue could not be read", metadata: ["error": "\(String(reflecting: error))"])
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Takes changes into the snapshot, and gives who is to be told.
    private func take(_ changes: CatalogueChanges, anew: Bool) -> [AsyncStream<Void>.Continuation] {
        var fresh: [String: CatalogueCapability] = [:]
        if anew { changes.apply(to: &fresh) }
        return state.withLock { state in
            if anew { state.capabilities = fresh } else { changes.apply(to: &state.capabilities) }
            (state.last, state.rowsRead, state.isLoaded) = (changes.last, state.rowsRead + changes.count, true)
            return Array(state.listeners.values)
        }
    }
}
