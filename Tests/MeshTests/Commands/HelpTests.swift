import ArgumentParser
import Testing

@testable import MeshCommand

@Suite("Help of the commands")
struct HelpTests {
    /// Every command and subcommand, as its words.
    private static let commands: [[String]] = words(of: MeshRoot.self, after: [])

    private static func words(of command: any ParsableCommand.Type, after path: [String]) -> [[String]] {
        command.configuration.subcommands.flatMap { next in
            let own = path + [next.configuration.commandName ?? "\(next)".lowercased()]
            return [own] + words(of: next, after: own)
        }
    }

    @Test("every command explains itself on standard output and ends with 0", arguments: commands)
    func help(command: [String]) async throws {
        let outcome = try await Shell.outcome(RealMesh.binaries + "/mesh", command + ["--help"])

        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        #expect(outcome.output.hasPrefix("OVERVIEW: "))
        #expect(outcome.output.contains("USAGE: mesh \(command.joined(separator: " "))"), "\(outcome.output)")
    }

    @Test(
        "an unknown command or option is a fault of usage: status 64, on standard error",
        arguments: [["fly"], ["status", "--fast"], ["key", "create"]])
    func unknown(words: [String]) async throws {
        let outcome = try await Shell.outcome(RealMesh.binaries + "/mesh", words)

        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("Error: "), "\(outcome.errors)")
    }

    @Test("commands for a mesh that does not run say so: status exits 3, down does nothing, the rest exits 1")
    func noMesh() async throws {
        let state = ["--state", "/nonexistent/mesh"]
        let expected: [([String], Int32)] = [
            (["status"], 3), (["down"], 0), (["logs"], 1), (["scale", "labeling=2"], 1), (["restart"], 1), (["test", "digits"], 1),
            (["team", "create", "x"], 1), (["apply", "-f", Manifests.sample], 1),
        ]
        for (command, status) in expected {
            let outcome = try await Shell.outcome(RealMesh.binaries + "/mesh", command + state)
            #expect(outcome.status == status, "\(command): \(outcome)")
            #expect(!(outcome.output + outcome.errors).isEmpty, "\(command) says why")
        }
    }
}
