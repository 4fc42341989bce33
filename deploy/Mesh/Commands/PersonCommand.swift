import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh person`
struct PersonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "person", abstract: "Invite people.", subcommands: [Invite.self])

    /// `mesh person invite`
    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a person and a link by which they sign in once.")

        @OptionGroup var target: StateOption
        @Argument(help: "The person's name.")
        var name: String
        @Option(help: "Team of the person; made when there is none.")
        var team: String
        @Option(name: .customLong("role"), help: "viewer, labeler, engineer, operator or administrator; repeatable.")
        var roles: [Role] = [.labeler]
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let calls = try MeshCalls(layout: target.layout)
            try await TeamCommand.ensure(team, calls)
            let wish = NewPerson(name: name, team: team, roles: roles)
            let person: Person = try await calls.value(MeshCalls.request("POST", Path("v1", "identity", "people"), wish), from: .identity)
            let path = Path("v1", "identity", "people", person.id, "invitations")
            let invitation: Invitation = try await calls.value(MeshCalls.request("POST", path, JSONValue.object([:])), from: .identity)
            if json {
                try Console.say(json: invitation)
            } else {
                Console.progress("\(person.name) (\(person.id)) may sign in once, until \(WireJSON.text(invitation.expiresAt)):")
                Console.say(invitation.url)
            }
        }
    }
}
