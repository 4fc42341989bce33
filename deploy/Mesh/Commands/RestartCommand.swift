import ArgumentParser
import Contracts
import Foundation

/// `mesh restart`
struct RestartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Replace instances one after the other; the new one serves before the old one goes. No request fails.")

    @OptionGroup var target: StateOption
    @Argument(help: "Services, or gateway-public, gateway-internal, gateway-agent. Default: all services.")
    var programs: [String] = []

    func run() async throws {
        let names = programs.isEmpty ? ServiceName.serving.map(\.rawValue) : programs
        try await ControlClient(layout: target.layout).ask(ControlRequest(command: .restart, programs: names), tell: Console.progress)
        Console.say("restarted: \(names.joined(separator: ", "))")
    }
}
