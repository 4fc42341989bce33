import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Commands {
    @Test("apply creates a capability, changes it, and leaves it alone when nothing is different")
    func apply() async throws {
        let manifest = try Manifests.sample(named: "letters")

        let created = try await mesh.outcome("apply", "-f", "-", input: manifest)
        let unchanged = try await mesh.outcome("apply", "-f", "-", input: manifest)
        let changed = try await mesh.outcome("apply", "-f", "-", "--json", input: manifest.replacing("overlap: 2", with: "overlap: 3"))

        #expect(created.status == 0 && created.output == "capability letters created: revision 1, 4 tests\n", "\(created)")
        #expect(unchanged.status == 0 && unchanged.output == "capability letters unchanged: revision 1, 4 tests\n", "\(unchanged)")
        let record = try WireJSON.decode(CapabilityRecord.self, from: Data(changed.output.utf8))
        #expect(record.revision == 2)
        #expect(record.manifest.labeling?.overlap == 3)
    }

    @Test("a manifest that is wrong is refused with the file, the field, its line and what was expected; nothing is made")
    func refusedManifest() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.path + "/wrong.yaml"
            let text = try Manifests.sample(named: "wrong").replacing("atLeast: 0.8 ", with: "atLeast: eighty ")
            try Data(text.utf8).write(to: URL(filePath: file))
            let line = try #require(text.split(separator: "\n").firstIndex { $0.contains("eighty") }) + 1

            let outcome = try await mesh.outcome("apply", "-f", file)

            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            for part in [file, "tests[0].atLeast (line \(line), column ", "): expected a number"] {
                #expect(outcome.errors.contains(part), "\(outcome.errors)")
            }
            let key = try mesh.record.administratorKey
            #expect(try await mesh.gateway.send("GET", "/v1/registry/capabilities/wrong", token: key).status == 404)
        }
    }

    @Test(
        "a file that is no manifest ends with status 1 and a reason",
        arguments: [
            ("kind: Capability\nmetadata:\n  name: [x\n", "is no YAML"), ("kind: Pod\n", "expected kind: Capability"),
            ("", "holds no manifest"),
        ])
    func noManifest(text: String, reason: String) async throws {
        let outcome = try await mesh.outcome("apply", "-f", "-", input: text)

        #expect(outcome.status == 1)
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    }

    @Test("the tests of a capability without a model are red, each by its name; those of no capability are none")
    func redTests() async throws {
        try await mesh.command("apply", "-f", Manifests.sample)

        let red = try await mesh.outcome("test", "digits")
        let unknown = try await mesh.outcome("test", "nothing")

        #expect(red.status == 1)
        for name in ["good enough", "eights", "scanner b", "no step back"] {
            #expect(red.errors.contains("  red           \(name)"), "\(red.errors)")
        }
        #expect(unknown.status == 1)
        #expect(unknown.errors.contains("no capability nothing"), "\(unknown.errors)")
    }
}
