import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh aliases`
struct AliasesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "aliases",
        abstract: "List where a capability's aliases point; with an alias (digits@champion) its history, newest first.")

    @OptionGroup var target: StateOption
    @Argument(help: "A capability, or one of its aliases as digits@champion.")
    var name: String
    @Option(help: "With an alias: what it pointed to at this time, as 2026-01-31T12:00:00Z.")
    var at: String?
    @Option(name: [.customShort("n"), .long], help: "How many moves, at most 200.")
    var limit = 20
    @Flag(help: "Print as JSON.")
    var json = false

    func validate() throws {
        guard (1...200).contains(limit) else { throw ValidationError("--limit is a whole number from 1 to 200, not \(limit)") }
        guard AliasReference(argument: name) != nil else { throw ValidationError("'\(name)' is neither a capability nor capability@alias") }
        guard at == nil || name.contains("@") else { throw ValidationError("--at needs an alias, as digits@champion") }
    }

    func run() async throws {
        let calls = try MeshCalls(layout: target.layout)
        guard let alias = AliasReference(argument: name) else { return }
        if name.contains("@") { return try await showHistory(alias, calls) }
        let page: Page<ModelAlias> = try await calls.value(
            ClientRequest("GET", Path("v1", "registry", "models", alias.capability, "aliases")), from: .modelRegistry)
        if json {
            try Console.say(json: page.items)
        } else {
            Console.say(Self.table(page.items))
        }
    }

    private func showHistory(_ alias: AliasReference, _ calls: MeshCalls) async throws {
        let query = [("limit", String(limit))] + (at.map { [("at", $0)] } ?? [])
        let page: Page<AliasMove> = try await calls.value(
            ClientRequest("GET", alias.path("history"), query: query), from: .modelRegistry)
        if json {
            try Console.say(json: page.items)
        } else {
            Console.say(Self.table(page.items))
        }
    }

    static func table(_ aliases: [ModelAlias]) -> String {
        Console.table(
            ["ALIAS", "VERSION", "BEFORE", "SINCE", "BY", "REPORT"],
            aliases.map { alias in
                [
                    alias.alias, String(alias.version), alias.previous.map(String.init) ?? "-", alias.movedAt.formatted(.iso8601),
                    alias.movedBy, alias.report ?? "-",
                ]
            }, right: ["VERSION", "BEFORE"])
    }

    static func table(_ moves: [AliasMove]) -> String {
        Console.table(
            ["MOVED", "VERSION", "BEFORE", "BY", "HOW", "REASON"],
            moves.map { move in
                [
                    move.movedAt.formatted(.iso8601), move.version.map(String.init) ?? "-", move.previous.map(String.init) ?? "-",
                    move.movedBy, how(move), move.reason ?? "",
                ]
            }, right: ["VERSION", "BEFORE"])
    }

    /// By which right an alias moved.
    static func how(_ move: AliasMove) -> String {
        if move.rollback == true { return "rollback" }
        if move.overridden != nil { return "override" }
        return move.report.map { "report \($0)" } ?? (move.version == nil ? "removed" : "-")
    }
}
