import Contracts
import Testing

@testable import ModelRegistryService

@Suite("Differences of manifests")
struct ManifestDiffTests {
    static func changes(_ path: String, _ value: JSONValue) -> [ManifestChange] {
        ManifestDiff.changes(from: SampleManifest.json, to: SampleManifest.changed(path, value))
    }

    @Test("a value that changed, one that came and one that went are told apart")
    func kinds() {
        #expect(Self.changes("metadata.team", "others") == [ManifestChange(path: "metadata.team", from: "documents", to: "others")])
        #expect(Self.changes("metadata.description", "reads") == [ManifestChange(path: "metadata.description", to: "reads")])
        #expect(
            ManifestDiff.changes(from: SampleManifest.changed("metadata.description", "reads"), to: SampleManifest.json)
                == [ManifestChange(path: "metadata.description", from: "reads")])
        #expect(ManifestDiff.changes(from: SampleManifest.json, to: SampleManifest.json) == [])
    }

    @Test("elements with names go by them, wherever they are in the list")
    func names() {
        let first: JSONValue = ["name": "good enough", "kind": "metric", "metric": "accuracy", "atLeast": 0.9]
        let second: JSONValue = ["name": "fast", "kind": "latency", "millisecondsAtMost": 5]
        let one = SampleManifest.changed("tests", [first, second])
        let other = SampleManifest.changed("tests", [second, first])
        let stricter = SampleManifest.changed("tests", [second, first.setting(["atLeast"], 0.95)])

        #expect(ManifestDiff.changes(from: one, to: other) == [])
        #expect(
            ManifestDiff.changes(from: one, to: stricter)
                == [ManifestChange(path: "tests[good enough].atLeast", from: 0.9, to: 0.95)])
        #expect(ManifestDiff.changes(from: SampleManifest.json, to: one) == [ManifestChange(path: "tests[fast]", to: second)])
    }

    @Test("lists without names are shown whole, and a first manifest section by section")
    func whole() {
        #expect(Self.changes("rollout.stages", ["shadow"]).map(\.path) == ["rollout.stages"])
        #expect(
            ManifestDiff.changes(from: nil, to: SampleManifest.json).map(\.path) == (SampleManifest.json.objectValue ?? [:]).keys.sorted())
    }

    @Test("applying the changes of any pair gives the other manifest's difference back, the other way round")
    func inverse() {
        let pairs: [(JSONValue, JSONValue)] = [
            (SampleManifest.json, SampleManifest.changed("tests.0.atLeast", 0.5)),
            (SampleManifest.changed("rollout.stages", ["shadow"]), SampleManifest.changed("metadata.description", "x")),
        ]
        for (one, other) in pairs {
            let there = ManifestDiff.changes(from: one, to: other)
            let back = ManifestDiff.changes(from: other, to: one)
            #expect(there.map { ManifestChange(path: $0.path, from: $0.to, to: $0.from) } == back)
            #expect(!there.isEmpty)
        }
    }
}
