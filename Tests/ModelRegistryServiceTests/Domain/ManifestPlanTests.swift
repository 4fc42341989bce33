import Contracts
import Foundation
import Testing

@testable import ModelRegistryService

@Suite("Plans of an apply")
struct ManifestPlanTests {
    static func plan(_ value: JSONValue, from old: JSONValue? = SampleManifest.json) throws -> CapabilityPlan {
        let present = try old.map { old in
            CapabilityRecord(
                name: "digits", team: "documents", revision: 3, digest: Digest(of: old.canonical),
                manifest: try WireJSON.read(CapabilityManifest.self, from: old), appliedAt: .now, appliedBy: "key:1")
        }
        let manifest = try WireJSON.read(CapabilityManifest.self, from: value)
        return try ManifestPlan.plan(manifest, content: try WireJSON.value(manifest), present: present)
    }

    @Test("what is new is created at revision 1, what is the same stays, what differs is the next revision")
    func actions() throws {
        let created = try Self.plan(SampleManifest.json, from: nil)
        let same = try Self.plan(SampleManifest.json)
        let changed = try Self.plan(SampleManifest.changed("metadata.description", "reads"))

        #expect([created.action, same.action, changed.action] == [.create, .unchanged, .change])
        #expect([created, same, changed].map(\.revision) == [1, 3, 4])
        #expect(same.changes == [] && same.consequences == [])
        #expect(changed.consequences.first?.contains("revision 3 open no gate") == true)
    }

    /// A change, and what a consequence of it says.
    static let cases: [(path: String, value: JSONValue, said: String)] = [
        ("metadata.team", "others", "belongs to team others"), ("access.callers", ["web"], "Team web may call it"),
        ("access.callers", ["web"], "Team mobile may no longer call it"),
        ("protected", ["champion"], "Alias candidate moves without a gate"),
        ("protected", ["champion", "candidate", "phone"], "Alias phone comes behind the gate"),
        ("tests.0.atLeast", 0.5, "Test “good enough” is another one"), ("tests.0.name", "better", "Test “better” is new"),
        ("tests.0.name", "better", "Test “good enough” guards nothing"), ("tests", [], "no version can take a protected alias"),
        ("interface.inputs.0.maximum", 255, "new interface"), ("data.dataset", "letters", "dataset letters instead of digits"),
        ("data.split.train", 0.7, "other splits"),
    ]

    @Test("what follows from a change is said", arguments: cases)
    func consequences(path: String, value: JSONValue, said: String) throws {
        let plan = try Self.plan(SampleManifest.changed(path, value))

        #expect(plan.consequences.contains { $0.contains(said) }, "\(plan.consequences)")
    }
}
