import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("Aliases", .serialized)
struct AliasTests {
    static let both = TestAuthority().key("5", roles: [.engineer, .operator])
    static let path = "/v1/registry/models/digits/aliases"

    @Test("champion and candidate move only behind their gate, whichever way it is asked for", arguments: ["champion", "candidate"])
    func gate(alias: String) async throws {
        try await withRegistry(versions: 2) { registry in
            let bare = try await registry.point(alias, to: 1)
            _ = try await registry.report(1, model: "r1", results: [.sample("good enough", .fail)])
            let red = try await registry.point(alias, to: 1)
            _ = try await registry.report(1, model: "r1", results: [])
            let hollow = try await registry.point(alias, to: 1)
            _ = try await registry.report(1, model: "r1", results: [.sample("good enough", .flaky)])
            let flaky = try await registry.point(alias, to: 1)
            // The report of another version says nothing of this one, nor does a router's token or an administrator's.
            _ = try await registry.report(2, model: "r2")
            let other = try await registry.point(alias, to: 1, token: TestAuthority().service(.experimentRouter))
            let administrator = try await registry.point(alias, to: 1, token: TestAuthority().key("9", roles: [.administrator]))
            _ = try await registry.report(1, model: "r1")
            let green = try await registry.point(alias, to: 1)

            for answer in [bare, red, hollow, flaky, other, administrator] {
                #expect(answer.status == 409)
                #expect(answer.json["code"] == "registry.gate_closed")
            }
            #expect(red.json["errors"]?.arrayValue?.first?["field"] == "tests[good enough]")
            #expect(red.text.contains("“good enough” failed") && flaky.text.contains("“good enough” is flaky"))
            #expect(green.status == 200)
            #expect(try green.decode(ModelAlias.self).report != nil)
            #expect(try await registry.events(EventType.aliasMoved) == 1)
        }
    }

    @Test("an older test split opens nothing once the newer one is red")
    func splits() async throws {
        try await withRegistry(versions: 1) { registry in
            _ = try await registry.report(1, model: "r1", dataset: 2, results: [.sample("good enough", .fail)])
            _ = try await registry.report(1, model: "r1", dataset: 1)
            let old = try await registry.point("champion", to: 1)
            _ = try await registry.report(1, model: "r1", dataset: 3)

            #expect(old.status == 409)
            #expect(try await registry.point("champion", to: 1).status == 200)
        }
    }

    @Test("a red report is not left behind by a new number, nor by tests on an older split")
    func laundering() async throws {
        try await withRegistry(versions: 1) { registry in
            _ = try await registry.report(1, model: "r1", dataset: 5, results: [.sample("good enough", .fail)])
            _ = try await registry.register("again", model: "r1")
            _ = try await registry.report(2, model: "r1", dataset: 1)
            let renumbered = try await registry.point("champion", to: 2)
            _ = try await registry.register("other")
            _ = try await registry.report(3, model: "other", dataset: 1)
            let easier = try await registry.point("champion", to: 3)
            _ = try await registry.report(3, model: "other", dataset: 5)
            let newest = try await registry.point("champion", to: 3)
            // What one version of the model has shown, another one with the same model need not show again.
            _ = try await registry.report(1, model: "r1", dataset: 5)
            let same = try await registry.point("champion", to: 2)

            #expect([renumbered, easier, newest, same].map(\.status) == [409, 409, 200, 200])
            #expect(renumbered.text.contains("“good enough” failed"))
            #expect(easier.text.contains("version 1 of dataset digits") && easier.text.contains("version 5"))
        }
    }

    @Test("a report on another dataset is no newer split of the present one")
    func otherDataset() async throws {
        try await withRegistry(versions: 1) { registry in
            _ = try await registry.report(1, model: "r1", dataset: 9)
            _ = try await registry.apply(SampleManifest.changed("data.dataset", "letters"))
            let foreign = try await registry.point("champion", to: 1)
            var report = SuiteReport.sample(id: "letters", revision: 2, results: [.sample()])
            report.dataset = DatasetReference(name: "letters", version: 1)
            let stored = try await registry.probe.send(
                "POST", "/v1/registry/models/digits/versions/1/reports", token: RegistryFixture.trainer,
                json: String(decoding: try WireJSON.encode(report), as: UTF8.self))
            let own = try await registry.point("champion", to: 1)

            #expect([foreign, stored, own].map(\.status) == [409, 201, 200])
        }
    }

    @Test("the manifest says which names are protected, champion always")
    func protected() async throws {
        try await withRegistry(versions: 1) { registry in
            _ = try await registry.apply(SampleManifest.changed("protected", ["mobile"]))
            let answers = [
                try await registry.point("mobile", to: 1), try await registry.point("champion", to: 1),
                try await registry.point("candidate", to: 1),
            ]
            #expect(answers.map(\.status) == [409, 409, 200])
        }
    }

    @Test("past a closed gate goes who has the scope operate and gives a reason; both are on the record")
    func override() async throws {
        try await withRegistry(versions: 2) { registry in
            let change = AliasChange(version: 1, reason: "the old one is down", override: true)
            let engineer = try await registry.put("champion", change)
            let silent = try await registry.put("champion", AliasChange(version: 1, reason: "  ", override: true), token: Self.both)
            let operatorAlone = try await registry.put("champion", change, token: TestAuthority().key("6", roles: [.operator]))
            let foreign = try await registry.put(
                "champion", change, token: TestAuthority().key("7", roles: [.engineer, .operator], team: "others"))
            let done = try await registry.put("champion", change, token: Self.both)
            let move = try #require(try await registry.history("champion").first)

            #expect([engineer, silent, operatorAlone, foreign, done].map(\.status) == [403, 400, 403, 403, 200])
            #expect(engineer.json["code"] == "registry.override_refused")
            #expect(silent.json["errors"]?.arrayValue?.first?["field"] == "reason")
            #expect(move.reason == "the old one is down" && move.movedBy == "key:5")
            #expect(move.overridden?.first?.contains("No suite report") == true)
            #expect(move.report == nil)
        }
    }

    @Test("an override that no gate stands against is an ordinary move, by its report")
    func needlessOverride() async throws {
        try await withRegistry(versions: 1) { registry in
            _ = try await registry.report(1, model: "r1", id: "green")
            _ = try await registry.put("champion", AliasChange(version: 1, reason: "to be sure", override: true), token: Self.both)
            let move = try #require(try await registry.history("champion").first)

            #expect(move.report == "green")
            #expect(move.overridden == nil)
        }
    }

    @Test("a protected name is not taken away, and taken away by an override it comes back behind its gate only")
    func removal() async throws {
        try await withRegistry(versions: 2) { registry in
            _ = try await registry.report(1, model: "r1")
            _ = try await registry.point("champion", to: 1)
            let plain = try await registry.probe.send("DELETE", "\(Self.path)/champion", token: RegistryFixture.engineer)
            let refused = try await registry.probe.send(
                "DELETE", "\(Self.path)/champion?override=true&reason=x", token: RegistryFixture.engineer)
            let done = try await registry.probe.send("DELETE", "\(Self.path)/champion?override=true&reason=retired", token: Self.both)
            let other = try await registry.point("champion", to: 2)
            let moves = try await registry.history("champion")

            #expect([plain, refused, done, other].map(\.status) == [409, 403, 204, 409])
            #expect(moves.map(\.version) == [nil, 1])
            #expect(moves.first?.reason == "retired" && moves.first?.previous == 1 && moves.first?.overridden?.count == 1)
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

    @Test("only the owner moves aliases; names that mean something else are refused")
    func owners() async throws {
        try await withRegistry(versions: 1) { registry in
            let foreign = try await registry.point("preview", to: 1, token: RegistryFixture.stranger)
            let unknown = try await registry.point("preview", to: 9)
            let zero = try await registry.point("preview", to: 0)
            let huge = try await registry.point("preview", to: Int.max)
            let latest = try await registry.point("latest", to: 1)
            let number = try await registry.point("v1", to: 1)
            let upper = try await registry.point("Preview", to: 1)
            let good = try await registry.point("preview", to: 1)
            let gone = try await registry.probe.send("DELETE", "\(Self.path)/preview", token: RegistryFixture.engineer)
            let twice = try await registry.probe.send("DELETE", "\(Self.path)/preview", token: RegistryFixture.engineer)

            let statuses = [foreign, unknown, zero, huge, latest, number, upper, good, gone, twice].map(\.status)
            #expect(statuses == [403, 404, 400, 400, 400, 400, 400, 200, 204, 404])
        }
    }
}
