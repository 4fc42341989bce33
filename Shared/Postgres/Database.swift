import CLibPQ
import Foundation
import Logging
import ServiceLifecycle

/// A Postgres database, reached through a pool of pipelined connections on one event thread.
public final class Database: Service, Sendable {
    /// Transaction isolation.
    public enum Isolation: String, Sendable {
        case readCommitted = "READ COMMITTED"
        case repeatableRead = "REPEATABLE READ"
        case serializable = "SERIALIZABLE"
    }

    /// Statements on one connection that may be under way at once.
    static let depth = 16

    let parameters: String
    let schema: String?
    let logger: Logger
    private let pool: ConnectionPool
    private let notifications: NotificationHub

    /// - Parameters:
    ///   - url: a libpq connection string or URL.
    ///   - schema: put in front of the search path, so that statements need not name it.
    ///   - patience: how long a statement waits for a connection before ``DatabaseError/Kind/poolTimeout``.
    ///   - statementTimeout: after this the server stops a statement.
    public init(
        url: String, schema: String? = nil, maximumConnections: Int = 8, patience: Duration = .seconds(5),
        statementTimeout: Duration = .seconds(30), logger: Logger
    ) {
        self.schema = schema
        self.logger = logger
        parameters = Self.parameters(url: url, schema: schema, statementTimeout: statementTimeout)
        pool = ConnectionPool(
            parameters: parameters, maximum: maximumConnections, depth: Self.depth, patience: patience, logger: logger)
        notifications = NotificationHub(parameters: parameters, logger: logger)
    }

    /// Runs a statement by itself and gives its rows.
    public func query(_ sql: SQL) async throws -> [Row] {
        try await alone { try await $0.query(sql) }
    }

    /// Runs a statement by itself and gives the number of rows that it changed.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int {
        try await alone { try await $0.execute(sql) }
    }

    /// Runs a statement on a shared connection; again when the cancellation of another one stopped it.
    private func alone<T: Sendable>(_ body: (Connection) async throws -> T) async throws -> T {
        var attempt = 1
        while true {
            do {
                return try await pool.with(.shared) { try await body(Connection(link: $0)) }
            } catch let error as DatabaseError where error.isStray && attempt < 5 {
                attempt += 1
                try Task.checkCancellation()
            }
        }
    }

    /// Lends a connection that nobody else uses meanwhile.
    public func withConnection<T: Sendable>(_ body: @Sendable (Connection) async throws -> T) async throws -> T {
        try await pool.with(.exclusive) { try await body(Connection(link: $0)) }
    }

    /// Runs the body in a transaction: commits when it returns, rolls back when it throws, and runs it again when a concurrent
    /// transaction won, at most `retries` times. The body must have no effect outside the database.
    public func transaction<T: Sendable>(
        isolation: Isolation = .readCommitted, retries: Int = 5, _ body: @Sendable (Connection) async throws -> T
    ) async throws -> T {
        var attempt = 0
        while true {
            do {
                return try await pool.with(.exclusive) { try await once(isolation, Connection(link: $0), body) }
            } catch let error as DatabaseError where error.isRetryable && attempt < retries {
                attempt += 1
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...(5 << attempt))))
            }
        }
    }

    private func once<T: Sendable>(
        _ isolation: Isolation, _ connection: Connection, _ body: @Sendable (Connection) async throws -> T
    ) async throws -> T {
        _ = try await connection.run("BEGIN ISOLATION LEVEL " + isolation.rawValue)
        do {
            let value = try await body(connection)
            // A body that swallowed a statement's error leaves an aborted transaction, which COMMIT rolls back without an error.
            guard try await connection.run("COMMIT").command == "COMMIT" else { throw DatabaseError(.aborted) }
            return value
        } catch {
            await rollBack(connection)
            throw error
        }
    }

    /// Rolls back even when the task was cancelled; a connection that cannot is closed, which rolls back as well.
    private func rollBack(_ connection: Connection) async {
        let link = connection.link
        let done = await Task { () -> Bool in (try? await Connection(link: link).run("ROLLBACK")) != nil }.value
        if !done { link.close() }
    }

    /// Waits until the process shuts down, then closes the pool.
    public func run() async throws {
        try? await gracefulShutdown()
        close()
    }

    public func close() {
        notifications.close()
        pool.close()
    }

    /// Payloads that NOTIFY sends on a channel. An empty one comes at first and after every reconnection, since something may have
    /// been missed.
    public func listen(_ channel: String) -> AsyncStream<String> { notifications.listen(channel) }

    private static func parameters(url: String, schema: String?, statementTimeout: Duration) -> String {
        let milliseconds = statementTimeout.components.seconds * 1000 + statementTimeout.components.attoseconds / 1_000_000_000_000_000
        // A transaction that nobody goes on with holds locks, and holds every reader of the event log back.
        let idle = max(milliseconds, 10_000)
        var options =
            "-c statement_timeout=\(milliseconds) -c idle_in_transaction_session_timeout=\(idle) -c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601 -c client_min_messages=warning"
        if let schema { options += " -c search_path=\(schema)" }
        let escaped = options.map { $0 == " " ? "%20" : $0 == "=" ? "%3D" : String($0) }.joined()
        let separator = url.contains("?") ? "&" : "?"
        // A host that vanished is noticed after half a minute at most (over TCP; a Unix socket needs none of it).
        let alive = "keepalives_idle=10&keepalives_interval=5&keepalives_count=3&tcp_user_timeout=30000"
        return "\(url)\(separator)connect_timeout=5&\(alive)&options=\(escaped)"
    }
}
