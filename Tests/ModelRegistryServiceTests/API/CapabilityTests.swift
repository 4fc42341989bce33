import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("Capabilities", .serialized)
struct CapabilityTests {
    @Test("every route lets in whom the route table lets in, and nobody else")
    func roles() async throws {
        try await withRegistryURL { url in
            let faults = try await RoleMatrix.faults(of: try RegistryFixture.service(url))

            #expect(faults == [])
        }
    }

    @Test("a change is a new revision and an event; the same manifest again is neither; old revisions stay")
    func revisions() async throws {
        try await withRegistry { registry in
            let first = try await registry.apply(SampleManifest.json)
            let again = try await registry.apply(SampleManifest.json)
            let changed = try await registry.apply(SampleManifest.changed("metadata.description", "reads digits"))
            let old = try await registry.get("/v1/registry/capabilities/digits/revisions/1").decode(CapabilityRecord.self)
            let present = try await registry.get("/v1/registry/capabilities/digits").decode(CapabilityRecord.self)

            let statuses = [first.status, again.status, changed.status]
            #expect(statuses == [201, 200, 200])
            #expect(first.body == again.body)
            #expect(old.manifest.metadata.description == nil)
            #expect(present.revision == 2)
            #expect(present.manifest.metadata.description == "reads digits")
            #expect(present.digest == Digest(of: SampleManifest.changed("metadata.description", "reads digits").canonical))
            #expect(try await registry.events(EventType.capabilityApplied) == 2)
            #expect(try await registry.get("/v1/registry/capabilities/digits/revisions/3").status == 404)
        }
    }

    @Test("appliers at the same time get revisions one after the other")
    func concurrent() async throws {
        try await withRegistry { registry in
            let revisions = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let manifest = SampleManifest.changed("metadata.description", .string("n\(number)"))
                        return try await registry.apply(manifest).decode(CapabilityRecord.self).revision
                    }
                }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }

            #expect(revisions == Set(1...8))
        }
    }

    static func compared(with alias: JSONValue) -> JSONValue {
        ["name": "no step back", "kind": "regression", "metric": "accuracy", "against": alias, "within": 0.02]
    }

    /// A path in the manifest, what stands there, the status of the answer and the field that it names.
    static let hostile: [(path: String, value: JSONValue, status: Int, field: String?)] = [
        ("apiVersion", "v2", 422, "apiVersion"), ("kind", "Model", 422, "kind"), ("metadata.name", "other", 422, "metadata.name"),
        ("metadata.team", "Our Team", 422, "metadata.team"), ("access.callers", ["../x"], 422, "access.callers[0]"),
        ("access.requestsPerMinute", 0, 422, "access.requestsPerMinute"), ("interface.inputs", [], 422, "interface.inputs"),
        ("interface.inputs.0.datatype", "FLOAT", 422, "interface.inputs[0].datatype"),
        ("interface.inputs.0.shape", [64], 422, "interface.inputs[0].shape"),
        ("interface.inputs.0.name", "1; DROP TABLE", 422, "interface.inputs[0].name"),
        ("slices.0.where", "label = = 8", 422, "slices[0].where"), ("slices.0.where", "secret = 8", 422, "slices[0].where"),
        ("data.split.train", 0.9, 422, "data.split"), ("data.needs.0.slice", "nines", 422, "data.needs[0].slice"),
        ("tests.0.metric", "vibes", 422, "tests[0].metric"), ("tests.0.kind", "magic", 422, "tests[0].kind"),
        ("tests.0", compared(with: "latest"), 422, "tests[0].against"), ("tests.0", compared(with: "v7"), 422, "tests[0].against"),
        ("tests.0.atLeast", .null, 422, "tests[0]"), ("rollout.stages", [0.5, 0.25], 422, "rollout.stages"),
        ("rollout.stages", "all", 400, "rollout.stages"), ("tests", 7, 400, "tests"), ("interface.inputs.0.shape", [1.5], 400, nil),
        ("metadata.owner", "me", 400, "metadata.owner"), ("metadata.description", "a\u{0}b", 400, "metadata.description"),
    ]

    @Test("a manifest that is not sound is refused by the name of the field")
    func hostile() async throws {
        try await withRegistry { registry in
            for (path, value, status, field) in Self.hostile {
                let answer = try await registry.apply(SampleManifest.changed(path, value))
                let fields = answer.json["errors"]?.arrayValue?.compactMap { $0["field"]?.stringValue } ?? []

                #expect(answer.status == status, "\(path): \(answer.text)")
                if let field { #expect(fields.contains(field), "\(path): \(answer.text)") }
            }
            #expect(try await registry.get("/v1/registry/capabilities/digits").status == 404)
        }
    }

    @Test("another team cannot take, change or give away a capability")
    func teams() async throws {
        try await withRegistry { registry in
            let foreign = SampleManifest.changed("metadata.team", "others")
            let before = try await registry.apply(foreign)
            _ = try await registry.apply(SampleManifest.json)
            let taken = try await registry.apply(foreign, token: RegistryFixture.stranger)
            let given = try await registry.apply(foreign)
            let changed = try await registry.apply(
                SampleManifest.changed("metadata.description", "mine"), token: RegistryFixture.stranger)
            let administrator = TestAuthority().key("9", roles: [.administrator], team: "platform")
            let moved = try await registry.apply(foreign, token: administrator)

            let statuses = [before.status, taken.status, given.status, changed.status, moved.status]
            #expect(statuses == [403, 403, 403, 403, 200])
        }
    }

    @Test("bodies, names and paths that mean harm are 4xx")
    func harm() async throws {
        try await withRegistry { registry in
            let path = "/v1/registry/capabilities/digits"
            for (path, body, status) in [
                (path, "{", 400), (path, "", 400), (path, "[]", 400), (path, "null", 400), (path, #"{"metadata":1}"#, 400),
                (path, String(repeating: "[", count: 200_000), 400), ("/v1/registry/capabilities/Digits", SampleManifest.text, 400),
                ("/v1/registry/capabilities/a%2Fb", SampleManifest.text, 400),
            ] {
                let answer = try await registry.probe.send("PUT", path, token: RegistryFixture.engineer, json: body)
                #expect(answer.status == status, "\(path) \(body.prefix(40)): \(answer.text)")
            }
            let huge = try await registry.probe.send(
                "PUT", path, token: RegistryFixture.engineer, json: "{\"x\":\"" + String(repeating: "a", count: 1 << 20) + "\"}")
            #expect(huge.status == 413)
        }
    }

    @Test("the status shows tests, the newest report and aliases; the list goes by pages")
    func status() async throws {
        try await withRegistry(versions: 2) { registry in
            _ = try await registry.report(1, model: "r1", id: "first")
            _ = try await registry.report(2, model: "r2", id: "second", results: [.sample("good enough", .fail)])
            _ = try await registry.point("preview", to: 2)
            let status = try await registry.get("/v1/registry/capabilities/digits/status").decode(CapabilityStatus.self)
            _ = try await registry.apply(SampleManifest.changed("metadata.name", "aaa"), name: "aaa")
            let first = try await registry.get("/v1/registry/capabilities?limit=1").decode(Page<CapabilityRecord>.self)
            let second = try await registry.get("/v1/registry/capabilities?limit=1&page=\(first.nextPage ?? "")")
                .decode(Page<CapabilityRecord>.self)

            #expect(status.tests.map(\.name) == ["good enough"])
            #expect(status.report?.id == "second")
            #expect(status.versions == 2)
            #expect(status.aliases.map(\.alias) == ["preview"])
            #expect(first.items.map(\.name) == ["aaa"])
            #expect(second.items.map(\.name) == ["digits"])
            #expect(second.nextPage == nil)
        }
    }
}
