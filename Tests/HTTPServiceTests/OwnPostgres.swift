import Foundation
import TestSupport

/// A Postgres cluster of one test's own, that it may stop.
struct OwnPostgres: Sendable {
    private let folder: String

    /// Hands a running cluster to the body, and stops it afterwards.
    static func running<Value>(_ body: (OwnPostgres) async throws -> Value) async throws -> Value {
        try await withTemporaryFolder { folder in
            let cluster = OwnPostgres(folder: folder.path)
            try await cluster.start()
            do {
                let value = try await body(cluster)
                try await cluster.stop()
                return value
            } catch {
                try? await cluster.stop()
                throw error
            }
        }
    }

    func start() async throws { try await run(["start", folder, "--volatile"], output: FileHandle.nullDevice) }
    func stop() async throws { try await run(["stop", folder], output: FileHandle.nullDevice) }

    /// The URL of a superuser.
    var url: String {
        get async throws {
            let pipe = Pipe()
            try await run(["url", folder], output: pipe)
            return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    private func run(_ arguments: [String], output: Any) async throws {
        let process = Process()
        process.executableURL = Checkout.root.appending(path: "deploy/scripts/postgres.sh")
        process.arguments = arguments
        process.standardOutput = output
        let status = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        guard status == 0 else { throw TestSupportError("postgres.sh \(arguments[0]) ended with \(status)") }
    }
}
