import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh apply`
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Make capabilities as their manifests say. Applying the same manifest twice changes nothing.")

    @OptionGroup var target: StateOption
    @Option(name: .shortAndLong, help: "YAML or JSON file with manifests; - reads standard input; repeatable.")
    var file: [String]
    @Flag(help: "Print the records as JSON.")
    var json = false

    func run() async throws {
        let calls = try MeshCalls(layout: target.layout)
        let manifests = try file.flatMap { try ManifestFile.read($0) }
        guard !manifests.isEmpty else { throw ValidationError("no manifest in \(file.joined(separator: ", "))") }
        for manifest in manifests {
            let path = Path("v1", "registry", "capabilities", manifest.name)
            let record: CapabilityRecord = try await calls.value(MeshCalls.request("PUT", path, manifest.value), from: .modelRegistry)
            if json {
                try Console.say(json: record)
            } else {
                Console.say("capability \(record.name): revision \(record.revision), \(record.manifest.tests?.count ?? 0) tests")
            }
        }
    }
}
