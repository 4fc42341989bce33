import ArgumentParser
import Contracts
import Foundation

/// `mesh status`
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show services and instances: ready, requests/s, latency, errors, queue. Exit status 1 when one is not ready.")

    @OptionGroup var target: StateOption
    @Flag(help: "Print JSON.")
    var json = false
    @Option(help: "Seconds over which requests are counted.")
    var seconds = 1.0

    func validate() throws {
        guard seconds > 0, seconds <= 3_600 else { throw ValidationError("--seconds is above 0 and at most 3600, not \(seconds)") }
    }

    func run() async throws {
        let layout = target.layout
        let client = ControlClient(layout: layout)
        let isSupervised = client.isSupervised
        let fleet =
            isSupervised ? try await client.ask(ControlRequest(command: .status)).fleet : PrivateFile.json(Fleet.self, at: layout.instances)
        guard let fleet, !fleet.members.isEmpty else {
            Console.progress("The mesh is down (mesh up starts it).")
            throw ExitCode(3)
        }
        let rows = await StatusReport(layout: layout, fleet: fleet).rows(over: seconds)
        if json {
            try Console.say(json: rows)
        } else {
            Console.say(StatusReport.table(rows))
            if !isSupervised { Console.progress("The supervisor is gone; mesh up starts another, which finds these processes.") }
        }
        if !isSupervised || rows.contains(where: { !$0.isReady }) { throw ExitCode(1) }
    }
}
