import Foundation

/// A Postgres of the benchmark's own, which writes every commit to the disk.
struct TrackingCluster {
    /// Of a superuser, for the database `postgres`.
    let url: String
    private let folder: URL

    init(folder: URL) throws {
        self.folder = folder
        url = try Self.script("start", folder).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func stop() { _ = try? Self.script("stop", folder) }

    /// The URL of another database of the cluster; `scheme` names a driver for SQLAlchemy.
    func url(database: String, scheme: String = "postgresql") -> String {
        url.replacing("postgresql:///postgres?", with: "\(scheme):///\(database)?")
    }

    private static func script(_ command: String, _ folder: URL) throws -> String {
        let process = Process()
        let output = FileManager.default.temporaryDirectory.appending(path: "mlmesh-\(UUID().uuidString)")
        try Data().write(to: output)
        defer { try? FileManager.default.removeItem(at: output) }
        process.executableURL = URL(filePath: "deploy/scripts/postgres.sh")
        process.arguments = [command, folder.path]
        // A file, no pipe: the server outlives the script.
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchFault("postgres.sh \(command) ended with \(process.terminationStatus)") }
        return try String(contentsOf: output, encoding: .utf8)
    }
}
