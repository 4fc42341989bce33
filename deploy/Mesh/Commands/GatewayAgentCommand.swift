import ArgumentParser
import Foundation
import Logging
import Observability

/// `mesh gateway-agent`
struct GatewayAgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway-agent", abstract: "Keep HAProxy's servers and keys as they should be (started by the supervisor).")

    @OptionGroup var target: StateOption
    @Flag(help: "Instances are found by DNS: tell the public HAProxy keys, limits and direct ways, and nothing else.")
    var cluster = false

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        umask(0o077)
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, service: "gateway-agent", instance: "gateway-agent") }
        let layout = target.layout
        guard let settings = PrivateFile.json(MeshSettings.self, at: layout.settings) else {
            throw CommandFault("There is no mesh in \(layout.state); start one (mesh up)")
        }
        let agent = GatewayAgent(layout: layout, settings: settings, logger: Logger(label: "gateway-agent"))
        if cluster { try await agent.runInCluster() } else { try await agent.run() }
    }
}
