import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("Model versions and aliases", .serialized)
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

    @Test("a version is found by number, alias and latest")
    func references() async throws {
        try await withRegistry(versions: 3) { registry in
            _ = try await registry.point("candidate", to: 2)
            let path = "/v1/registry/models/digits/versions"
            var found: [String: Int] = [:]
            for reference in ["1", "candidate", "latest"] {
                found[reference] = try await registry.get("\(path)/\(reference)").decode(ModelVersion.self).version
            }
            #expect(found == ["1": 1, "candidate": 2, "latest": 3])
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

    @Test("champion moves only behind its gate, whichever way it is asked for")
    func gate() async throws {
        try await withRegistry(versions: 2) { registry in
            let bare = try await registry.point("champion", to: 1)
            _ = try await registry.report(1, model: "r1", results: [.sample("good enough", .fail)])
            let red = try await registry.point("champion", to: 1)
            _ = try await registry.report(1, model: "r1", results: [])
            let hollow = try await registry.point("champion", to: 1)
            // The report of another version says nothing of this one, nor does a router's token.
            _ = try await registry.report(2, model: "r2")
            let other = try await registry.point("champion", to: 1, token: TestAuthority().service(.experimentRouter))
            let closed = [bare, red, hollow, other]
            let administrator = try await registry.point("champion", to: 1, token: TestAuthority().key("9", roles: [.administrator]))
            _ = try await registry.report(1, model: "r1")
            let green = try await registry.point("champion", to: 1)

            for answer in closed + [administrator] {
                #expect(answer.status == 409)
                #expect(answer.json["code"] == "registry.gate_closed")
            }
            #expect(red.text.contains("good enough"))
            #expect(green.status == 200)
            #expect(try green.decode(ModelAlias.self).report != nil)
            #expect(try await registry.events(EventType.aliasMoved) == 1)
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

    @Test("an alias is moved and removed in the order that the log has, also when both come at once")
    func order() async throws {
        try await withRegistry(versions: 2) { registry in
            for round in 0..<20 {
                _ = try await registry.point("candidate", to: 1)
                async let moved = registry.point("candidate", to: 2)
                async let removed = registry.probe.send(
                    "DELETE", "/v1/registry/models/digits/aliases/candidate", token: RegistryFixture.engineer)
                _ = try await (moved, removed)

                let rows = try await registry.database.query(
                    "SELECT log.type FROM events.log WHERE log.type LIKE '%alias%' ORDER BY log.epoch DESC, log.txid DESC, log.sequence DESC LIMIT 1"
                )
                let last = try rows.first?.decode("type", as: String.self)
                let present = try await registry.get("/v1/registry/models/digits/versions/candidate").status
                #expect((last == EventType.aliasMoved) == (present == 200), "round \(round): \(last ?? "") and \(present)")
            }
        }
    }

    @Test("removing waits for a move that is under way, and then removes what it made")
    func removalWaits() async throws {
        try await withRegistry(versions: 2) { registry in
            _ = try await registry.point("candidate", to: 1)
            let removal = try await registry.database.transaction { connection in
                _ = try await connection.query("SELECT revision FROM model_registry.capabilities WHERE name = 'digits' FOR UPDATE")
                let removal = Task {
                    try await registry.probe.send(
                        "DELETE", "/v1/registry/models/digits/aliases/candidate", token: RegistryFixture.engineer)
                }
                try await eventually {
                    let waiting = try await connection.query(
                        "SELECT count(*) AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
                    return try waiting.first?.decode("count", as: Int.self) == 1 ? nil : "nobody waits"
                }
                return removal
            }
            #expect(try await removal.value.status == 204)
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

    @Test("the champion cannot be removed; a former one may come back; every move is in the history")
    func history() async throws {
        try await withRegistry(versions: 2) { registry in
            for version in 1...2 { _ = try await registry.report(version, model: "r\(version)") }
            _ = try await registry.point("champion", to: 1)
            _ = try await registry.point("champion", to: 2)
            _ = try await registry.apply(SampleManifest.changed("tests.0.atLeast", 0.99))
            let back = try await registry.point("champion", to: 1)
            let removed = try await registry.probe.send(
                "DELETE", "/v1/registry/models/digits/aliases/champion", token: RegistryFixture.engineer)
            let rows = try await registry.database.query("SELECT version, moved_by FROM model_registry.alias_history ORDER BY id")

            #expect(back.status == 200)
            #expect(try back.decode(ModelAlias.self).previous == 2)
            #expect(removed.status == 409)
            #expect(try rows.map { try $0.decode("version", as: Int.self) } == [1, 2, 1])
            #expect(try rows.allSatisfy { try $0.decode("moved_by", as: String.self) == "key:1" })
        }
    }

    @Test("a move whose answer was lost may be asked for again; one that expects another state is refused")
    func expected() async throws {
        try await withRegistry(versions: 3) { registry in
            for version in 1...3 { _ = try await registry.report(version, model: "r\(version)") }
            let none = try await registry.point("champion", to: 1, expected: 3)
            _ = try await registry.point("champion", to: 1)
            let first = try await registry.point("champion", to: 2, expected: 1)
            let again = try await registry.point("champion", to: 2, expected: 1)
            let stale = try await registry.point("champion", to: 3, expected: 1)

            let statuses = [none.status, first.status, again.status, stale.status]
            #expect(statuses == [412, 200, 200, 412])
            #expect(first.body == again.body)
            #expect(try await registry.events(EventType.aliasMoved) == 2)
        }
    }

    @Test("moves at the same time queue up: of those that expect the same state one wins")
    func competing() async throws {
        try await withRegistry(versions: 6) { registry in
            for version in 1...6 { _ = try await registry.report(version, model: "r\(version)") }
            _ = try await registry.point("champion", to: 1)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for version in 2...6 { group.addTask { try await registry.point("champion", to: version, expected: 1).status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }

            #expect(statuses.sorted() == [200, 412, 412, 412, 412])
        }
    }

    @Test("only the owner moves aliases; names that mean something else are refused")
    func owners() async throws {
        try await withRegistry(versions: 1) { registry in
            let foreign = try await registry.point("candidate", to: 1, token: RegistryFixture.stranger)
            let unknown = try await registry.point("candidate", to: 9)
            let zero = try await registry.point("candidate", to: 0)
            let huge = try await registry.point("candidate", to: Int.max)
            let latest = try await registry.point("latest", to: 1)
            let number = try await registry.point("v1", to: 1)
            let upper = try await registry.point("Candidate", to: 1)
            let good = try await registry.point("candidate", to: 1)
            let gone = try await registry.probe.send(
                "DELETE", "/v1/registry/models/digits/aliases/candidate", token: RegistryFixture.engineer)
            let twice = try await registry.probe.send(
                "DELETE", "/v1/registry/models/digits/aliases/candidate", token: RegistryFixture.engineer)

            let statuses = [foreign, unknown, zero, huge, latest, number, upper, good, gone, twice].map(\.status)
            #expect(statuses == [403, 404, 400, 400, 400, 400, 400, 200, 204, 404])
        }
    }
}
