import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("Manifests in YAML and JSON", .serialized)
struct ManifestBodyTests {
    static let yaml = """
        apiVersion: mlmesh/v1
        kind: Capability
        metadata: { name: digits, team: documents }
        interface:
          inputs: [{ name: pixels, datatype: FP32, shape: [-1, 64], minimum: 0, maximum: 16 }]
          outputs: [{ name: label, datatype: INT64, shape: [-1] }]
        data: { dataset: digits, split: { by: hash, train: 0.6, validation: 0.2, test: 0.2 } }
        tests:
          - name: good enough
            kind: metric
            metric: accuracy
            atLeast: 0.9
        """

    static func send(
        _ registry: RegistryFixture, _ text: String, type: String = "application/yaml", method: String = "PUT", suffix: String = ""
    ) async throws -> ProbeAnswer {
        try await registry.probe.send(
            method, "/v1/registry/capabilities/digits\(suffix)", token: RegistryFixture.engineer, headers: ["Content-Type": type],
            body: Array(text.utf8))
    }

    @Test("the same manifest in YAML and in JSON is the same revision")
    func same() async throws {
        try await withRegistry { registry in
            let first = try await Self.send(registry, Self.yaml)
            let record = try first.decode(CapabilityRecord.self)
            let json = String(decoding: try WireJSON.encode(record.manifest), as: UTF8.self)
            let again = try await Self.send(registry, json, type: "application/json")

            #expect([first, again].map(\.status) == [201, 200])
            #expect(try again.decode(CapabilityRecord.self).revision == 1)
            #expect(record.manifest.tests?.first?.atLeast == 0.9)
        }
    }

    /// What is put in another's place, the status, the field, and line and column of the fault.
    static let faults: [(old: String, new: String, status: Int, field: String, line: Int, column: Int)] = [
        ("atLeast: 0.9", "atLeast: high", 400, "tests[0].atLeast", 12, 5),
        ("metric: accuracy", "metric: vibes", 422, "tests[0].metric", 11, 5),
        ("kind: metric", "kind: magic", 422, "tests[0].kind", 10, 5),
        ("    atLeast: 0.9", "    atMost: 0.9\n    atLeast: 0.5", 422, "tests[0]", 9, 5),
        ("team: documents", "team: Our Team", 422, "metadata.team", 3, 27),
        ("metadata: {", "metadata: { owner: me,", 400, "metadata.owner", 3, 13),
        ("datatype: FP32", "datatype: FLOAT", 422, "interface.inputs[0].datatype", 5, 28),
        ("apiVersion: mlmesh/v1\n", "", 400, "apiVersion", 1, 1),
    ]

    @Test("a fault is said with its field, line and column, in YAML and in JSON")
    func places() async throws {
        try await withRegistry { registry in
            for fault in Self.faults {
                let answer = try await Self.send(registry, Self.yaml.replacing(fault.old, with: fault.new))
                let errors = try answer.decode(Problem.self).errors ?? []
                let found = errors.first { $0.field == fault.field }

                #expect(answer.status == fault.status, "\(fault.field): \(answer.text)")
                #expect([found?.line, found?.column] == [fault.line, fault.column], "\(fault.field): \(answer.text)")
            }
            let json = "{\"apiVersion\": \"mlmesh/v1\",\n \"kind\": 7}"
            let answer = try await Self.send(registry, json, type: "application/json").decode(Problem.self)
            #expect(answer.errors?.first { $0.field == "kind" }?.line == 2)
        }
    }

    @Test("what is no YAML, too much of it, or another type is refused with its place")
    func harm() async throws {
        try await withRegistry { registry in
            let broken = try await Self.send(registry, "kind: [a\nb: c")
            let two = try await Self.send(registry, Self.yaml + "\n---\n" + Self.yaml)
            let none = try await Self.send(registry, "")
            let scalar = try await Self.send(registry, "just a text")
            let deep = try await Self.send(registry, String(repeating: "[", count: 100_000))
            let bomb = try await Self.send(
                registry, "a: &a [x,x]\n" + (0..<12).map { "k\($0): &n\($0) [*a, *a]\n" }.joined())
            let binary = try await registry.probe.send(
                "PUT", "/v1/registry/capabilities/digits", token: RegistryFixture.engineer,
                headers: ["Content-Type": "application/yaml"], body: [0xff, 0xfe, 0x00])
            let text = try await Self.send(registry, Self.yaml, type: "text/plain")

            #expect([broken, two, none, scalar, deep, bomb, binary].map(\.status) == Array(repeating: 400, count: 7))
            #expect(text.status == 415)
            #expect(try broken.decode(Problem.self).errors?.first?.line == 2)
        }
    }

    @Test("a plan says what an apply would do, and does nothing; another team gets none")
    func plan() async throws {
        try await withRegistry { registry in
            let new = try await Self.send(registry, Self.yaml, method: "POST", suffix: "/plan").decode(CapabilityPlan.self)
            let before = try await registry.get("/v1/registry/capabilities/digits").status
            _ = try await Self.send(registry, Self.yaml)
            let same = try await Self.send(registry, Self.yaml, method: "POST", suffix: "/plan").decode(CapabilityPlan.self)
            let changed = Self.yaml.replacing("atLeast: 0.9", with: "atLeast: 0.95")
            let plan = try await Self.send(registry, changed, method: "POST", suffix: "/plan").decode(CapabilityPlan.self)
            let broken = try await Self.send(
                registry, Self.yaml.replacing("kind: metric", with: "kind: magic"), method: "POST", suffix: "/plan")
            let foreign = try await registry.probe.send(
                "POST", "/v1/registry/capabilities/digits/plan", token: RegistryFixture.stranger,
                headers: ["Content-Type": "application/yaml"], body: Array(Self.yaml.utf8))

            #expect([new.action, same.action, plan.action] == [.create, .unchanged, .change])
            #expect(before == 404)
            #expect(plan.changes == [ManifestChange(path: "tests[good enough].atLeast", from: 0.9, to: 0.95)])
            #expect([broken, foreign].map(\.status) == [422, 403])
            #expect(try await registry.get("/v1/registry/capabilities/digits").decode(CapabilityRecord.self).revision == 1)
        }
    }

    @Test("revisions are listed newest first, and two of them are compared")
    func revisions() async throws {
        try await withRegistry { registry in
            for bound in ["0.9", "0.8", "0.7"] { _ = try await Self.send(registry, Self.yaml.replacing("0.9", with: bound)) }
            let path = "/v1/registry/capabilities/digits/revisions"
            let first = try await registry.get("\(path)?limit=2").decode(Page<CapabilityRecord>.self)
            let second = try await registry.get("\(path)?limit=2&page=\(first.nextPage ?? "")").decode(Page<CapabilityRecord>.self)
            let changes = try await registry.get("\(path)/1/diff/3").decode(Page<ManifestChange>.self).items
            let back = try await registry.get("\(path)/3/diff/1").decode(Page<ManifestChange>.self).items

            #expect((first.items + second.items).map(\.revision) == [3, 2, 1])
            #expect(changes == [ManifestChange(path: "tests[good enough].atLeast", from: 0.9, to: 0.7)])
            #expect(back == [ManifestChange(path: "tests[good enough].atLeast", from: 0.7, to: 0.9)])
            #expect(try await registry.get("\(path)/1/diff/9").status == 404)
            #expect(try await registry.get("\(path)/1/diff/x").status == 400)
        }
    }
}
