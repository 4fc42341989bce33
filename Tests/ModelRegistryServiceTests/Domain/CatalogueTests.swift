import Contracts
import Foundation
import Testing

@testable import ModelRegistryService

@Suite("The catalogue")
struct CatalogueTests {
    static func record(_ value: JSONValue = SampleManifest.json) throws -> CapabilityRecord {
        CapabilityRecord(
            name: "digits", team: "documents", revision: 1, digest: Digest(of: value.canonical),
            manifest: try WireJSON.read(CapabilityManifest.self, from: value), appliedAt: .now, appliedBy: "key:1")
    }

    static func entry(
        _ value: JSONValue = SampleManifest.json, newest: Int? = 2, champion: Int? = 1, report: SuiteReport? = nil,
        team: String = "documents", infers: Bool = true
    ) throws -> CatalogueEntry {
        Catalogue.entry(
            try record(value), .init(newest: newest, champion: champion, report: report),
            for: .init(team: team, infers: infers))
    }

    @Test("the state is that of the version that counts")
    func state() throws {
        #expect(try Self.entry(newest: nil, champion: nil).state == .empty)
        #expect(try Self.entry().state == .untested)
        #expect(try Self.entry(report: .sample(results: [.sample()])).state == .green)
        let red = try Self.entry(report: .sample(results: [.sample("good enough", .fail)]))
        #expect(red.state == .red)
        #expect(red.tests == [CatalogueEntry.Test(name: "good enough", kind: "metric", verdict: .fail)])
        #expect(red.version == 1)
        #expect(try Self.entry(champion: nil).version == 2)
    }

    @Test("it says who may call, and to others whom to ask")
    func callers() throws {
        #expect(try Self.entry().callers == ["documents", "mobile"])
        #expect(try Self.entry(team: "mobile").mayCall)
        let stranger = try Self.entry(team: "others")
        #expect(!stranger.mayCall)
        #expect(stranger.howToAsk.contains("Ask team documents to list team others"))
        let reader = try Self.entry(infers: false)
        #expect(!reader.mayCall)
        #expect(reader.howToAsk.contains("scope infer"))
    }

    @Test(
        "what it answers with is told from the outputs",
        arguments: [
            ("interface.outputs.0.name", "probabilities", .classification), ("interface.outputs.0.name", "embedding", .embedding),
            ("interface.outputs.0.datatype", "BYTES", .text), ("interface.outputs.0.datatype", "FP32", .regression),
            ("metadata.description", "x", .other),
        ] as [(String, JSONValue, CatalogueEntry.Kind)])
    func kinds(path: String, value: JSONValue, kind: CatalogueEntry.Kind) throws {
        #expect(try Self.entry(SampleManifest.changed(path, value)).kind == kind)
    }

    @Test("the service level is what the tests hold the owner to")
    func level() throws {
        let fast: JSONValue = ["name": "fast", "kind": "latency", "millisecondsAtMost": 5, "percentile": 95]
        let manifest = SampleManifest.changed("tests", [fast]).setting(["access", "requestsPerMinute"], 600)
        let level = try Self.entry(manifest).serviceLevel

        #expect(level.requestsPerMinute == 600)
        #expect(level.latency == [ServiceLevel.Latency(percentile: 95, millisecondsAtMost: 5, rows: 1, machine: nil)])
    }

    @Test("the curl line is a command that the shell makes a sound request of", arguments: [8, 64, 1000])
    func curl(width: Int) throws {
        let value = SampleManifest.changed("interface.inputs.0.shape", [-1, .integer(Int64(width))])
            .setting(["interface", "inputs", "0", "minimum"], 1)
        let line = try Self.entry(value).curl
        // What the shell would send: the body instead of the call.
        let script = line.replacing("curl -s", with: "printf '%s'").replacing(#/"\$MESH_URL.*? -d /#, with: "")
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", script]
        process.standardOutput = output
        try process.run()
        let sent = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let tensor = try WireJSON.decode(JSONValue.self, from: sent)["inputs"]?.arrayValue?.first

        #expect(tensor?["name"] == "pixels")
        #expect(tensor?["shape"] == [1, .integer(Int64(width))])
        #expect(tensor?["data"] == .array(Array(repeating: 1, count: width)))
        #expect(line.contains("$MESH_URL/v2/models/digits/infer"))
    }

    @Test("words of a search have to be there, all of them")
    func search() throws {
        let record = try Self.record(SampleManifest.changed("metadata.description", "Read a handwritten Digit"))
        for (text, found) in [("", true), ("handwritten", true), ("READ pixels", true), ("read voxels", false), ("documents", true)] {
            #expect(CatalogueFilter(text: text).takes(record) == found, "\(text)")
        }
        #expect(CatalogueFilter(team: "documents", kind: .other).takes(record))
        #expect(!CatalogueFilter(team: "others").takes(record))
        #expect(!CatalogueFilter(kind: .text).takes(record))
    }
}
