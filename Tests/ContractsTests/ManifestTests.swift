import Contracts
import Foundation
import TestSupport
import Testing

@Suite("The capability manifest")
struct ManifestTests {
    private struct File: Decodable {
        struct Broken: Decodable {
            let field: String
            let expected: String
            let manifest: JSONValue
        }

        let sound: [JSONValue]
        let broken: [Broken]
    }

    @Test("a sound manifest has no fault and is written as it was read")
    func sound() throws {
        let manifests = try Vectors.read(File.self, "manifests.json").sound

        for value in manifests {
            let manifest = try WireJSON.read(CapabilityManifest.self, from: value)
            #expect(manifest.faults(name: "digits") == [])
            #expect(try WireJSON.value(manifest) == value)
        }
        #expect(!manifests.isEmpty)
    }

    @Test("each fault is said with its field and what was expected")
    func broken() throws {
        for broken in try Vectors.read(File.self, "manifests.json").broken {
            let manifest = try WireJSON.read(CapabilityManifest.self, from: broken.manifest)

            #expect(manifest.faults(name: "digits").contains(FieldFault(broken.field, expected: broken.expected)), "\(broken.field)")
        }
    }

    @Test("every sentence that the sources can say is said by a vector")
    func coverage() throws {
        let source = try ["CapabilityManifest+Faults", "Serving+Faults", "TestSpec+Faults"].map {
            try String(contentsOf: Checkout.root.appending(path: "Shared/Contracts/Capability/\($0).swift"), encoding: .utf8)
        }.joined()
        let said = Set(try Vectors.read(File.self, "manifests.json").broken.map(\.expected))

        // Said in place, and by the table of what each member of a test should be.
        let literals = source.matches(of: /(?:expected: |expect\(.*, )"([^"\\]+)"\)|^        "\w+": "([^"]+)",$/.anchorsMatchLineEndings())
            .compactMap { ($0.1 ?? $0.2).map(String.init) }

        #expect(literals.count > 50)
        for literal in literals { #expect(said.contains(literal), "no vector for: \(literal)") }
    }

    @Test("all faults come at once")
    func together() throws {
        var value = try #require(try Vectors.read(File.self, "manifests.json").sound[0].objectValue)
        value["apiVersion"] = "mlmesh/v2"
        value["kind"] = "Model"
        let manifest = try WireJSON.read(CapabilityManifest.self, from: .object(value))

        #expect(manifest.faults(name: "letters").map(\.field) == ["apiVersion", "kind", "metadata.name"])
    }
}
