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
    public static let migrations = [
        EventReader.migration,
        Migration(
            name: "v0000_catalogue",
            sql: """
                CREATE TABLE catalogue_capabilities (name text PRIMARY KEY, record jsonb NOT NULL);
                CREATE TABLE catalogue_versions (
                    capability text NOT NULL, version integer NOT NULL, model jsonb NOT NULL, PRIMARY KEY (capability, version));
                CREATE TABLE catalogue_aliases (
                    capability text NOT NULL, alias text NOT NULL, target jsonb NOT NULL, PRIMARY KEY (capability, alias));
                """),
    ]

    private struct State {
        var capabilities: [String: CatalogueCapability] = [:]
        var isLoaded = false
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
            try await Self.apply(event, connection)
            try await effect?(event, connection)
            _ = try await connection.query("SELECT pg_notify(\(channel), '')")
        }
    }

    /// Whether the snapshot has been read once; a service is not ready before.
    public var isLoaded: Bool { state.withLock { $0.isLoaded } }

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
            group.addTask {
                await cancelWhenGracefulShutdown {
                    for await _ in wakeUps { await self.reload() }
                }
            }
        }
    }

    private func waiting<T>(within patience: Duration, _ find: (Catalogue) -> T?) async throws -> T? {
        let end = ContinuousClock.now + patience
        while true {
            if let found = find(self) { return found }
            if ContinuousClock.now >= end { return nil }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Reads the tables until it succeeds: at the start they may not be there yet, and a wake-up comes once.
    private func reload() async {
        while !Task.isCancelled {
            do {
                let capabilities = try await read()
                let listeners = state.withLock { state in
                    state.capabilities = capabilities
                    state.isLoaded = true
                    return Array(state.listeners.values)
                }
                for listener in listeners { listener.yield() }
                return
            } catch {
                logger.warning("the catalogue could not be read", metadata: ["error": "\(String(reflecting: error))"])
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func read() async throws -> [String: CatalogueCapability] {
        func decode<T: Decodable>(_ row: Row, _ column: String, as type: T.Type) throws -> T {
            try WireJSON.decode(type, from: Data(try row.decode(column, as: String.self).utf8))
        }
        var capabilities: [String: CatalogueCapability] = [:]
        for row in try await database.query("SELECT record::text AS record FROM catalogue_capabilities") {
            let record = try decode(row, "record", as: CapabilityRecord.self)
            capabilities[record.name] = CatalogueCapability(record: record)
        }
        for row in try await database.query("SELECT model::text AS model FROM catalogue_versions") {
            let version = try decode(row, "model", as: ModelVersion.self)
            capabilities[version.capability]?.versions[version.version] = version
        }
        for row in try await database.query("SELECT target::text AS target FROM catalogue_aliases") {
            let alias = try decode(row, "target", as: ModelAlias.self)
            capabilities[alias.capability]?.aliases[alias.alias] = alias
        }
        return capabilities
    }

    private static func apply(_ event: EventEnvelope, _ connection: Connection) async throws {
        let text = String(decoding: event.data.canonical, as: UTF8.self)
        switch event.type {
        case EventType.capabilityApplied:
            let record = try WireJSON.read(CapabilityRecord.self, from: event.data)
            try await connection.execute(
                """
                INSERT INTO catalogue_capabilities (name, record)
                     VALUES (\(record.name), \(text)::jsonb)
                ON CONFLICT (name) DO UPDATE SET record = excluded.record
                """)
        case EventType.versionRegistered:
            let version = try WireJSON.read(ModelVersion.self, from: event.data)
            try await connection.execute(
                """
                INSERT INTO catalogue_versions (capability, version, model)
                     VALUES (\(version.capability), \(version.version), \(text)::jsonb)
                ON CONFLICT (capability, version) DO UPDATE SET model = excluded.model
                """)
        case EventType.aliasMoved:
            let alias = try WireJSON.read(ModelAlias.self, from: event.data)
            try await connection.execute(
                """
                INSERT INTO catalogue_aliases (capability, alias, target)
                     VALUES (\(alias.capability), \(alias.alias), \(text)::jsonb)
                ON CONFLICT (capability, alias) DO UPDATE SET target = excluded.target
                """)
        default:
            let alias = try WireJSON.read(ModelAlias.self, from: event.data)
            try await connection.execute(
                "DELETE FROM catalogue_aliases WHERE capability = \(alias.capability) AND alias = \(alias.alias)")
        }
    }
}
