import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh key`
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make and revoke API keys.", subcommands: [Create.self, Revoke.self])

    /// `mesh key create`
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make an API key. Its secret is shown once, here.")

        @OptionGroup var target: StateOption
        @Argument(help: "What the key is for, as in mobile-app.")
        var name: String
        @Option(help: "Team that the key belongs to; made when there is none.")
        var team: String
        @Option(name: .customLong("role"), help: "viewer, labeler, engineer, operator or administrator; repeatable.")
        var roles: [Role] = [.viewer]
        @Option(help: "Days until it expires. Default: never.")
        var days: Int?
        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            if let days, days < 1 { throw ValidationError("--days is 1 or more, not \(days)") }
        }

        func run() async throws {
            let calls = try MeshCalls(layout: target.layout)
            try await TeamCommand.ensure(team, calls)
            let end = days.map { Date.now + Double($0) * 86_400 }
            let wish = NewKey(name: name, team: team, roles: roles, expiresAt: end)
            let key: APIKey = try await calls.value(MeshCalls.request("POST", Path("v1", "identity", "keys"), wish), from: .identity)
            if json {
                try Console.say(json: key)
            } else {
                Console.progress("key \(key.id) of team \(key.team), roles \(key.roles.map(\.rawValue).joined(separator: ", "))")
                Console.say(key.secret ?? "")
            }
            await waitUntilKnown(key, calls)
        }

        /// The gateway learns of a key within a second, and scripts use it at once. It is written by then, so that it is not lost.
        private func waitUntilKnown(_ key: APIKey, _ calls: MeshCalls) async {
            guard let secret = key.secret, (try? await calls.demoCaller.with(.key(secret)).session()) == nil else { return }
            Console.progress("the gateway does not know the key yet; is the mesh well? (mesh status)")
        }
    }

    /// `mesh key revoke`
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revoke an API key; it stops working everywhere within a second.")

        @OptionGroup var target: StateOption
        @Argument(help: "The key's id.")
        var id: String

        func run() async throws {
            let answer = try await MeshCalls(layout: target.layout).send(
                ClientRequest("DELETE", Path("v1", "identity", "keys", id)), to: .identity)
            guard answer.isSuccess else { throw CommandFault(MeshCalls.fault(status: answer.status, body: answer.body)) }
            Console.say("key \(id) is revoked")
        }
    }
}

extension Role: ExpressibleByArgument {}
