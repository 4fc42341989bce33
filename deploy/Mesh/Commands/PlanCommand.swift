import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh plan`
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Say what applying manifests would change, and what follows; nothing is changed.")

    @OptionGroup var target: StateOption
    @Option(name: .shortAndLong, help: "YAML or JSON file with manifests; - reads standard input; repeatable.")
    var file: [String]
    @Flag(help: "Exit status 1 when something would change, for CI.")
    var check = false
    @Flag(help: "Print the plans as JSON.")
    var json = false

    func run() async throws {
        let calls = try MeshCalls(layout: target.layout)
        var plans: [CapabilityPlan] = []
        for (file, manifest) in try ManifestFile.read(file) { plans.append(try await plan(manifest, of: file, calls)) }
        if json {
            try Console.say(json: plans)
        } else {
            Console.say(plans.map(Self.text).joined(separator: "\n"))
        }
        if check, plans.contains(where: { $0.action != .unchanged }) { throw ExitCode(1) }
    }

    private func plan(_ manifest: ManifestFile.Manifest, of file: String, _ calls: MeshCalls) async throws -> CapabilityPlan {
        let path = Path("v1", "registry", "capabilities", manifest.name, "plan")
        let answer = try await calls.send(MeshCalls.request("POST", path, manifest.value), to: .modelRegistry)
        guard answer.isSuccess else {
            throw CommandFault("\(file): " + MeshCalls.fault(status: answer.status, body: answer.body, place: manifest.place))
        }
        return try answer.decode(CapabilityPlan.self)
    }

    /// A plan as lines: + for what comes, - for what goes, ~ for what changes.
    static func text(_ plan: CapabilityPlan) -> String {
        let head =
            switch plan.action {
            case .create: "capability \(plan.capability) would be created"
            case .change: "capability \(plan.capability) would change: revision \(plan.revision)"
            case .unchanged: "capability \(plan.capability) is as the manifest says: revision \(plan.revision)"
            }
        return ([head] + plan.changes.map { "  " + line($0) } + plan.consequences.map { "  " + $0 }).joined(separator: "\n")
    }

    private static func line(_ change: ManifestChange) -> String {
        switch (change.from, change.to) {
        case (nil, let to): "+ \(change.path): \(value(to))"
        case (let from, nil): "- \(change.path): \(value(from))"
        case (let from, let to): "~ \(change.path): \(value(from)) -> \(value(to))"
        }
    }

    private static func value(_ value: JSONValue?) -> String {
        String(decoding: (value ?? .null).canonical, as: UTF8.self)
    }
}
