import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh team`
struct TeamCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "team", abstract: "Make teams.", subcommands: [Create.self])

    /// `mesh team create`
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a team.")

        @OptionGroup var target: StateOption
        @Argument(help: "Its name.")
        var name: String

        func run() async throws {
            try await TeamCommand.ensure(name, MeshCalls(layout: target.layout))
            Console.say("team \(name) is there")
        }
    }

    /// Makes a team unless there is one of this name.
    static func ensure(_ name: String, _ calls: MeshCalls) async throws {
        let request = try MeshCalls.request("POST", Path("v1", "identity", "teams"), NewTeam(name: name))
        let answer = try await calls.send(request, to: .identity)
        guard answer.isSuccess || answer.status == 409 else {
            throw CommandFault(MeshCalls.fault(status: answer.status, body: answer.body))
        }
    }
}
