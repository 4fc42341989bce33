import Foundation
import Logging
import Postgres
import Synchronization

/// Postgres for tests: `MESH_TEST_DATABASE_URL`, else a private cluster under `.mesh/test-postgres` of the checkout.
public enum TestDatabase {
    private static let administrator = Mutex<Result<String, any Error>?>(nil)

    /// URL of a superuser. Starts the private cluster when it is needed.
    public static func administratorURL() throws -> String {
        try administrator.withLock { known in
            if let known { return try known.get() }
            let result = Result { try findOrStart() }
            known = result
            return try result.get()
        }
    }

    private static func findOrStart() throws -> String {
        if let url = ProcessInfo.processInfo.environment["MESH_TEST_DATABASE_URL"], !url.isEmpty { return url }
        // The server must not inherit a pipe: it would stay open for as long as the server runs.
        try run("start", ["--volatile"], output: FileHandle.nullDevice)
        let pipe = Pipe()
        try run("url", [], output: pipe)
        return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).trimmingCharacters(
            in: .whitespacesAndNewlines)
    }

    private static func run(_ command: String, _ options: [String], output: Any) throws {
        let process = Process()
        process.executableURL = Checkout.root.appending(path: "deploy/scripts/postgres.sh")
        process.arguments = [command, Checkout.root.appending(path: ".mesh/test-postgres").path] + options
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw TestSupportError("the test cluster did not start") }
    }

    /// The URL of another database of the same cluster.
    public static func url(database: String) throws -> String {
        let url = try administratorURL()
        guard let slash = url.range(of: "://[^/]*/", options: .regularExpression)?.upperBound else {
            throw TestSupportError("the URL has no database: \(url)")
        }
        let rest = url[slash...].drop { $0 != "?" }
        return url[..<slash] + database + rest
    }
}

/// Why a test could not be set up.
public struct TestSupportError: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// Gives the body a fresh database with one schema, migrated, and drops it afterwards.
public func withDatabase<T: Sendable>(
    schema: String = "test", migrations: [Migration] = [], maximumConnections: Int = 8,
    _ body: @Sendable (Database) async throws -> T
) async throws -> T {
    try await withDatabaseURL { url in
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let bare = Database(url: url, maximumConnections: 1, logger: logger)
        try await bare.execute("CREATE SCHEMA \(identifier: schema)")
        bare.close()
        let database = Database(url: url, schema: schema, maximumConnections: maximumConnections, logger: logger)
        defer { database.close() }
        try await database.migrate(migrations)
        return try await body(database)
    }
}

/// Gives the body the URL of a fresh, empty database of a superuser, and drops it afterwards.
public func withDatabaseURL<T: Sendable>(_ body: @Sendable (String) async throws -> T) async throws -> T {
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let administrator = Database(
        url: try TestDatabase.administratorURL(), maximumConnections: 1, patience: .seconds(60), statementTimeout: .seconds(60),
        logger: logger)
    defer { administrator.close() }
    let name = "test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
    try await administrator.execute("CREATE DATABASE \(identifier: name)")
    let result: Result<T, any Error>
    do {
        result = .success(try await body(try TestDatabase.url(database: name)))
    } catch {
        result = .failure(error)
    }
    try await administrator.execute("DROP DATABASE \(identifier: name) WITH (FORCE)")
    return try result.get()
}
