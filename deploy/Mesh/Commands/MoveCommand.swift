import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh move`
struct MoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Point an alias to a version. A protected one moves only when the version's tests pass.")

    @OptionGroup var target: StateOption
    @Argument(help: "The alias, as digits@champion.")
    var alias: AliasReference
    @Argument(help: "The version.")
    var version: Int
    @Option(help: "Why, for the record.")
    var reason: String?
    @Option(help: "The version that the alias has to point to now; else nothing happens.")
    var expected: Int?
    @Flag(help: "Move it although its gate is closed. Takes the scope operate and a reason, and is on the record.")
    var override = false

    func run() async throws {
        let calls = try MeshCalls(layout: target.layout)
        let change = AliasChange(version: version, expected: expected, reason: reason, override: override ? true : nil)
        let moved: ModelAlias = try await calls.value(MeshCalls.request("PUT", alias.path(), change), from: .modelRegistry)
        Console.say(Self.text(moved))
    }

    static func text(_ alias: ModelAlias) -> String {
        let before = alias.previous.map { ", before it version \($0)" } ?? ""
        return "\(alias.capability)@\(alias.alias) is version \(alias.version)\(before)"
    }
}
