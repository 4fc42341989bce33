import Foundation

/// The Postgres cluster in the state folder, run by `deploy/scripts/postgres.sh`.
struct PrivateCluster {
    let layout: MeshLayout

    /// Starts it unless it runs. Returns the administrator's URL.
    func start() throws -> String {
        // The server inherits what the script writes to: not a pipe, which would stay open for as long as the server runs.
        guard try run("start", output: FileHandle.nullDevice) == 0 else {
            throw CommandFault("Postgres does not start; see \(layout.postgres)/server.log")
        }
        let output = Pipe()
        _ = try run("url", output: output)
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func stop() throws {
        guard try run("stop", output: FileHandle.nullDevice) == 0 else {
            throw CommandFault("Postgres does not stop; see \(layout.postgres)/server.log")
        }
    }

    var isRunning: Bool { (try? run("status", output: FileHandle.nullDevice)) == 0 }
    var exists: Bool { FileManager.default.fileExists(atPath: layout.postgres + "/data") }

    private func run(_ command: String, output: Any) throws -> Int32 {
        guard let root = Checkout.root() else { throw CommandFault("deploy/scripts/postgres.sh is not found") }
        let process = Process()
        process.executableURL = URL(filePath: root + "/deploy/scripts/postgres.sh")
        process.arguments = [command, layout.postgres]
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
