import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh rollback`
struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Point an alias to what it pointed to before, once that model is found to load. Again goes back one step further.")

    @OptionGroup var target: StateOption
    @Argument(help: "The alias, as digits@champion.")
    var alias: AliasReference
    @Option(help: "Why, for the record.")
    var reason: String?
    @Option(help: "The version that the alias has to point to now; else nothing happens.")
    var expected: Int?

    func run() async throws {
        let calls = try MeshCalls(layout: target.layout)
        let order = AliasRollback(expected: expected, reason: reason)
        let moved: ModelAlias = try await calls.value(
            MeshCalls.request("POST", alias.path("rollback"), order), from: .modelRegistry)
        Console.say(MoveCommand.text(moved))
    }
}
