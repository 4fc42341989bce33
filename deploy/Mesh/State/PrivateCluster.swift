import Foundation

/// The Postgres cluster in the state folder, run by `deploy/scripts/postgres.sh`.
struct PrivateCluster {
    let layout: MeshLayout

    /// Starts it unless it runs. Returns the administrator's URL.
    func start() throws -> String {
        let outcome = try script("start")
        guard outcome.status == 0, let url = outcome.output.split(separator: "\n").last else {
            throw CommandFault("Postgres does not start; see \(layout.postgres)/server.log")
        }
        return String(url)
    }

    func stop() throws {
        guard try script("stop").status == 0 else { throw CommandFault("Postgres does not stop; see \(layout.postgres)/server.log") }
    }

    var isRunning: Bool { (try? script("status").status) == 0 }
    var exists: Bool { FileManager.default.fileExists(atPath: layout.postgres + "/data") }

    private func script(_ command: String) throws -> (status: Int32, output: String) {
        guard let root = Checkout.root() else { throw CommandFault("deploy/scripts/postgres.sh is not found") }
        let process = Process()
        process.executableURL = URL(filePath: root + "/deploy/scripts/postgres.sh")
        process.arguments = [command, layout.postgres]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}
