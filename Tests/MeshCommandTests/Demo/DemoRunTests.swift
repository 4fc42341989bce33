import Contracts
import Testing

@testable import MeshCommand

@Suite struct DemoRunTests {
    @Test("a demo played again has a capability and a data set of its own, and is else the same")
    func renamed() throws {
        let manifest = try DemoCommand.manifest()
        let other = DemoRun.renamed(manifest, "digits-2")

        #expect(other["metadata"]?["name"] == "digits-2" && other["data"]?["dataset"] == "digits-2")
        #expect(DemoRun.renamed(other, "digits") == manifest)
    }

    @Test("the sample's manifest is sound")
    func sound() throws {
        let manifest = try WireJSON.read(CapabilityManifest.self, from: DemoCommand.manifest())

        #expect(manifest.faults(name: "digits") == [])
        #expect(manifest.slices?.contains { $0.name == Demo.rareSlice } == true)
        #expect(manifest.slices?.contains { $0.name == Demo.driftingSlice } == true)
    }

    @Test("the story keeps what it told, by chapter")
    func story() {
        let story = DemoStory { _ in }
        story.begin(.dataset)
        story.tell("version 1")

        #expect(story.entries.map(\.chapter) == [2, 2])
        #expect(story.entries.last?.text == "version 1")
    }

    @Test("an expectation that does not hold says what was expected and what was found")
    func fault() {
        #expect(throws: DemoFault.self) { try expect(1 == 2, "one to be two", found: "one") }
        #expect("\(DemoFault(expectation: "a", found: "b"))" == "expected a; found b")
    }

    @Test("waiting gives the value once it is there, and fails with what was seen last")
    func waiting() async throws {
        var looks = 0
        let value = try await wait(for: "three looks", every: .zero) { () -> DemoSight<Int> in
            looks += 1
            return looks == 3 ? .there(looks) : .notYet("\(looks)")
        }

        #expect(value == 3)
        await #expect(throws: DemoFault.self) {
            try await wait(for: "never", upTo: .zero) { () -> DemoSight<Int> in .notYet("nothing") }
        }
    }

    @Test("the ending names every way to go on")
    func ending() {
        let outcome = DemoOutcome(
            capability: "digits", played: true, seconds: 42, story: [], champion: 4, experiment: nil, decision: nil, alarm: nil,
            gatewayURL: "http://g", key: "mk_1", consoleURL: "http://g/console/#1", labelerURL: "http://g/label/#2", curl: "curl x")
        let text = DemoCommand.ending(outcome)

        for part in ["http://g", "mk_1", "http://g/console/#1", "http://g/label/#2", "curl x", "42.0 s"] { #expect(text.contains(part)) }
    }
}
