import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("Model versions", .serialized)
struct ModelVersionTests {
    @Test("a run registers one version, also when it asks eight times at once; its number is never used again")
    func register() async throws {
        try await withRegistry(versions: 0) { registry in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await registry.register("r1").status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            let other = try await registry.register("r1", model: "another")
            let next = try await registry.register("r2").decode(ModelVersion.self)

            #expect(statuses.sorted() == [200, 200, 200, 200, 200, 200, 200, 201])
            #expect(other.status == 409)
            #expect(next.version == 2)
            #expect(try await registry.events(EventType.versionRegistered) == 2)
        }
    }

    @Test("a run whose version was deleted registers its model under a new number")
    func deletedVersion() async throws {
        try await withRegistry(versions: 1) { registry in
            let deleted = try await registry.deleteVersion(1)
            let again = try await registry.register("r1")
            let twice = try await registry.register("r1")

            #expect([deleted, again, twice].map(\.status) == [200, 201, 200], "\(again.text)")
            #expect(try twice.decode(ModelVersion.self).version == 2)
        }
    }

    @Test("a version is found by number, alias and latest")
    func references() async throws {
        try await withRegistry(versions: 3) { registry in
            _ = try await registry.point("preview", to: 2)
            let path = "/v1/registry/models/digits/versions"
            var found: [String: Int] = [:]
            for reference in ["1", "preview", "latest"] {
                found[reference] = try await registry.get("\(path)/\(reference)").decode(ModelVersion.self).version
            }
            #expect(found == ["1": 1, "preview": 2, "latest": 3])
            for reference in ["4", "0", "-1", "champion", "99999999999999999999", "99999999999", "%27"] {
                #expect(try await registry.get("\(path)/\(reference)").status == 404, "\(reference)")
            }
        }
    }

    @Test("a report counts for the digest that it names")
    func foreignReport() async throws {
        try await withRegistry(versions: 2) { registry in
            let foreign = try await registry.report(1, model: "r2")
            let unknown = try await registry.report(9, model: "r2")
            let first = try await registry.report(1, model: "r1", id: "same")
            let again = try await registry.report(1, model: "r1", id: "same", champion: 1)
            let elsewhere = try await registry.report(2, model: "r2", id: "same")

            let statuses = [foreign.status, unknown.status, first.status, again.status, elsewhere.status]
            #expect(statuses == [422, 404, 201, 201, 409])
            // What is stored is answered, not what was sent.
            #expect(try again.decode(SuiteReport.self).champion == nil)
            #expect(try await registry.events(EventType.reportRecorded) == 1)
        }
    }

    @Test("a new revision of the manifest closes the gate until the tests ran on it")
    func revision() async throws {
        try await withRegistry(versions: 1) { registry in
            _ = try await registry.report(1, model: "r1")
            _ = try await registry.apply(SampleManifest.changed("tests.0.atLeast", 0.95))
            let stale = try await registry.point("champion", to: 1)
            _ = try await registry.report(1, model: "r1", revision: 2)

            #expect(stale.status == 409)
            #expect(try await registry.point("champion", to: 1).status == 200)
        }
    }

    @Test("with a regression test a report counts only against the present champion")
    func formerChampion() async throws {
        try await withRegistry(versions: 3) { registry in
            let regression: JSONValue = [
                "name": "no step back", "kind": "regression", "metric": "accuracy", "against": "champion", "within": 0.01,
            ]
            let tests: JSONValue = .array([SampleManifest.json["tests"]?.arrayValue?[0] ?? .null, regression])
            #expect(try await registry.apply(SampleManifest.changed("tests", tests)).status == 200)
            let results = [TestResult.sample(), .sample("no step back")]
            for version in 1...3 { _ = try await registry.report(version, model: "r\(version)", revision: 2, results: results) }
            let first = try await registry.point("champion", to: 1)
            let stale = try await registry.point("champion", to: 2)
            _ = try await registry.report(2, model: "r2", revision: 2, champion: 1, results: results)
            let judged = try await registry.point("champion", to: 2)

            #expect([first, stale, judged].map(\.status) == [200, 409, 200])
            #expect(stale.text.contains("champion is version 1 now"))
        }
    }

    @Test("the version of a run is found by the run")
    func ofRun() async throws {
        try await withRegistry(versions: 3) { registry in
            let found = try await registry.get("/v1/registry/models/digits/versions?run=r2").decode(Page<ModelVersion>.self)
            let none = try await registry.get("/v1/registry/models/digits/versions?run=r9").decode(Page<ModelVersion>.self)

            #expect(found.items.map(\.version) == [2])
            #expect(none.items.isEmpty)
        }
    }
}
