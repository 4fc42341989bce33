import Contracts
import Testing

@testable import MeshCommand

@Suite("Manifest files")
struct ManifestFileTests {
    @Test("YAML keeps its types: whole numbers, fractions, and text in quotes that looks like a number")
    func types() throws {
        let manifest = try #require(
            ManifestFile.parse(
                """
                kind: Capability
                metadata: { name: digits, team: "8" }
                tests: [{ atLeast: 0.93, seed: 7, warn: true, note: null }]
                """
            ).first)

        #expect(manifest.name == "digits")
        #expect(manifest.value["metadata"]?["team"] == .string("8"))
        #expect(
            manifest.value["tests"]
                == .array([.object(["atLeast": .number(0.93), "seed": .integer(7), "warn": .bool(true), "note": .null])]))
    }

    @Test("a file may hold several manifests")
    func documents() throws {
        let text = "kind: Capability\nmetadata: {name: a}\n---\nkind: Capability\nmetadata: {name: b}\n---\n"

        #expect(try ManifestFile.parse(text).map(\.name) == ["a", "b"])
    }

    @Test(
        "what is no manifest is refused with what was expected",
        arguments: ["kind: Pod\nmetadata: {name: a}", "kind: Capability", "[1, 2]"])
    func refuses(text: String) {
        #expect(throws: CommandFault.self) { try ManifestFile.parse(text) }
    }

    @Test("a field is known by its line, and one that is missing by the line of what it is missing from")
    func lines() throws {
        let text = """
            kind: Capability
            metadata:
              name: digits
            tests:
              - { name: a, atLeast: 0.8 }
              - name: b
                atLeast: x
            ---
            kind: Capability
            metadata: { name: letters }
            """
        let manifests = try ManifestFile.parse(text)

        #expect(manifests[0].place(of: "tests[1].atLeast") == "tests[1].atLeast (line 7, column 5)")
        #expect(manifests[0].place(of: "tests[0].metric") == "tests[0].metric (line 5, column 5)")
        #expect(manifests[0].place(of: "apiVersion") == "apiVersion (line 1, column 1)")
        #expect(manifests[1].place(of: "metadata.team") == "metadata.team (line 10, column 1)")
    }

    @Test("YAML that breaks off is a fault that names the line, not an empty file", arguments: ["kind: [a\nb", "a: b\n c: d"])
    func broken(text: String) {
        let fault = #expect(throws: (any Error).self) { try ManifestFile.parse(text) }
        #expect(fault.map { "\($0)" }?.contains(/line [0-9]+, column [0-9]+/) == true, "\(fault.map { "\($0)" } ?? "")")
    }
}
