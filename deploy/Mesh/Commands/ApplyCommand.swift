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
        // All files are read before anything is changed.
        for (file, manifest) in try ManifestFile.read(file) { try await apply(manifest, of: file, calls) }
    }

    private func apply(_ manifest: ManifestFile.Manifest, of file: String, _ calls: MeshCalls) async throws {
        let path = Path("v1", "registry", "capabilities", manifest.name)
        let old = try? await calls.send(ClientRequest("GET", path), to: .modelRegistry).decode(CapabilityRecord.self)
        let answer = try await calls.send(MeshCalls.request("PUT", path, manifest.value), to: .modelRegistry)
        guard answer.isSuccess else {
            throw CommandFault("\(file): " + MeshCalls.fault(status: answer.status, body: answer.body, place: manifest.place))
        }
        let record = try answer.decode(CapabilityRecord.self)
        if json {
            try Console.say(json: record)
        } else {
            let tests = record.manifest.tests?.count ?? 0
            let effect = Self.effect(from: answer.status == 201 ? nil : old?.revision, to: record.revision)
            Console.say("capability \(record.name) \(effect): revision \(record.revision), \(tests) tests")
        }
    }

    /// What applying did, by the revisions before and after.
    static func effect(from old: Int?, to new: Int) -> String {
        guard let old else { return "created" }
        return old == new ? "unchanged" : "changed"
    }
}
