import ArgumentParser
import Foundation

/// `mesh down`
struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Stop the mesh: requests under way are answered first. Its state stays.")

    @OptionGroup var target: StateOption

    func run() async throws {
        let layout = target.layout
        guard FileManager.default.fileExists(atPath: layout.settings) else {
            Console.say("There is no mesh in \(layout.state).")
            return
        }
        let lock = try CommandLock.take(layout)
        defer { lock.release() }
        try await stopProcesses(layout)
        let cluster = PrivateCluster(layout: layout)
        if cluster.exists, cluster.isRunning {
            Console.progress("stopping Postgres")
            try cluster.stop()
        }
        Console.say("The mesh is down.")
    }

    private func stopProcesses(_ layout: MeshLayout) async throws {
        let client = ControlClient(layout: layout)
        guard client.isSupervised || !ProcessTable.supervised(state: layout.state).isEmpty else { return }
        guard let settings = PrivateFile.json(MeshSettings.self, at: layout.settings) else {
            throw CommandFault("\(layout.settings) cannot be read")
        }
        // Processes without a supervisor get one, so that they end in the right order.
        try await MeshStart(layout: layout, patience: .seconds(30)).ensureSupervisor(settings, Console.progress)
        try await client.ask(ControlRequest(command: .down), tell: Console.progress)
        for _ in 0..<100 where client.isSupervised { try await Task.sleep(for: .milliseconds(50)) }
    }
}
