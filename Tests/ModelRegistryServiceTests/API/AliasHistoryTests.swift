import Contracts
import Foundation
import ONNX
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("The history of aliases, and the way back", .serialized)
struct AliasHistoryTests {
    static let path = "/v1/registry/models/digits/aliases/champion"

    /// Registers versions whose files are models that load, with green reports, and points champion to each in turn.
    static func serve(_ registry: RegistryFixture, _ count: Int) async throws {
        for number in 1...count {
            let model = try await registry.store(try SampleModel.bytes(named: "m\(number)"))
            _ = try await registry.register("run-\(number)", digest: model)
            _ = try await registry.report(number, digest: model)
            guard try await registry.point("champion", to: number).status == 200 else { throw TestSupportError("not moved") }
        }
    }

    @Test("it says what served at any time, with who moved it, why and by which report; pages go on")
    func times() async throws {
        try await withRegistry(versions: 2) { registry in
            for version in 1...2 { _ = try await registry.report(version, model: "r\(version)", id: "report-\(version)") }
            for version in [1, 2, 1, 2] { _ = try await registry.point("champion", to: version) }
            let moves = try await registry.history("champion")
            var served: [Int?] = []
            for move in moves.reversed() {
                let at = try await registry.history("champion", "?at=\(WireJSON.text(move.movedAt))")
                served.append(at.first?.version)
            }
            let before = try await registry.history("champion", "?at=2020-01-01T00:00:00Z")
            let first = try await registry.get("\(Self.path)/history?limit=3").decode(Page<AliasMove>.self)
            let second = try await registry.get("\(Self.path)/history?limit=3&page=\(first.nextPage ?? "")").decode(Page<AliasMove>.self)

            #expect(moves.map(\.version) == [2, 1, 2, 1])
            #expect(moves.map(\.previous) == [1, 2, 1, nil])
            #expect(moves.allSatisfy { $0.movedBy == "key:1" && $0.reason == "test" && $0.report == "report-\($0.version ?? 0)" })
            // Two moves within one millisecond: the later one counts.
            #expect(
                zip(moves.reversed(), served).allSatisfy { move, version in
                    moves.filter { $0.movedAt == move.movedAt }.first?.version == version
                })
            #expect(before.isEmpty)
            #expect((first.items + second.items) == moves)
            #expect(try await registry.get("\(Self.path)/history?at=yesterday").status == 400)
        }
    }

    @Test("what happened cannot be changed, nor what a version holds")
    func appendOnly() async throws {
        try await withRegistry(versions: 1) { registry in
            _ = try await registry.report(1, model: "r1")
            _ = try await registry.point("champion", to: 1)
            for statement: SQL in [
                "UPDATE model_registry.alias_history SET version = 2", "DELETE FROM model_registry.alias_history",
                "UPDATE model_registry.versions SET model = 'sha256:00'", "DELETE FROM model_registry.reports",
                "UPDATE model_registry.reports SET passed = true", "UPDATE model_registry.revisions SET manifest = '{}'",
            ] {
                await #expect(throws: (any Error).self) { try await registry.database.execute(statement) }
            }
            #expect(try await registry.history("champion").map(\.version) == [1])
        }
    }

    @Test("one call goes back, also when the tests have changed since; a second one goes back further, and then there is nothing")
    func rollback() async throws {
        try await withRegistry(versions: 0) { registry in
            try await Self.serve(registry, 3)
            _ = try await registry.apply(SampleManifest.changed("tests.0.atLeast", 0.99))
            let direct = try await registry.point("champion", to: 2)
            let stale = try await registry.rollBack("champion", AliasRollback(expected: 2))
            let foreign = try await registry.rollBack("champion", AliasRollback(), token: RegistryFixture.stranger)
            let first = try await registry.rollBack("champion", AliasRollback(expected: 3, reason: "errors"))
            let second = try await registry.rollBack("champion", AliasRollback())
            let third = try await registry.rollBack("champion", AliasRollback())
            let moves = try await registry.history("champion")

            #expect([direct, stale, foreign, first, second, third].map(\.status) == [409, 412, 403, 200, 200, 409])
            #expect(third.json["code"] == "registry.nothing_to_roll_back")
            #expect(try first.decode(ModelAlias.self).version == 2)
            #expect(try second.decode(ModelAlias.self).version == 1)
            #expect(moves.map(\.version) == [1, 2, 3, 2, 1])
            #expect(moves.map { $0.rollback ?? false } == [true, true, false, false, false])
            #expect(moves[1].report == moves[3].report && moves[1].report != nil && moves[1].reason == "errors")
            #expect(try await registry.events(EventType.aliasMoved) == 5)
        }
    }

    @Test("the way back to what was no champion behind a gate goes through the gate: an override, a name that was free")
    func unproven() async throws {
        try await withRegistry(versions: 0) { registry in
            for number in 1...2 {
                _ = try await registry.register(
                    "run-\(number)", digest: try await registry.store(try SampleModel.bytes(named: "u\(number)")))
            }
            _ = try await registry.apply(SampleManifest.changed("protected", ["champion"]))
            let free = try await registry.point("candidate", to: 1)
            let forced = try await registry.put("champion", AliasChange(version: 1, reason: "now", override: true), token: AliasTests.both)
            _ = try await registry.apply(SampleManifest.json)
            let second = try await registry.store(try SampleModel.bytes(named: "u2"))
            _ = try await registry.report(2, digest: second, revision: 3)
            for alias in ["candidate", "champion"] {
                let moved = try await registry.point(alias, to: 2)
                let closed = try await registry.rollBack(alias, AliasRollback())
                #expect([free, forced, moved, closed].map(\.status) == [200, 200, 200, 409], "\(alias): \(closed.text)")
                #expect(closed.json["code"] == "registry.gate_closed")
            }
            let first = try await registry.store(try SampleModel.bytes(named: "u1"))
            _ = try await registry.report(1, digest: first, revision: 3, id: "green")
            let judged = try await registry.rollBack("champion", AliasRollback())

            #expect(try judged.decode(ModelAlias.self).report == "green")
            #expect(try await registry.history("champion").first?.overridden == nil)
        }
    }

    @Test("what an operator took champion away from comes back behind the gate only")
    func withdrawn() async throws {
        try await withRegistry(versions: 0) { registry in
            try await Self.serve(registry, 2)
            _ = try await registry.apply(SampleManifest.changed("tests.0.atLeast", 0.99))
            let gone = try await registry.probe.send(
                "DELETE", "\(Self.path)?override=true&reason=poisoned", token: AliasTests.both)
            let back = try await registry.rollBack("champion", AliasRollback())

            #expect([gone, back].map(\.status) == [204, 409])
            #expect(back.json["code"] == "registry.gate_closed")
            #expect(try await registry.history("champion").first?.version == nil)
        }
    }

    @Test("a champion from before reports were kept with moves is still a step back")
    func older() async throws {
        try await withRegistry(versions: 0) { registry in
            let first = try await registry.store(try SampleModel.bytes(named: "m1"))
            _ = try await registry.register("old", digest: first)
            _ = try await registry.database.execute(
                """
                INSERT INTO model_registry.aliases (capability, alias, version, moved_at, moved_by)
                     VALUES ('digits', 'champion', 1, now() - interval '1 day', 'key:1')
                """)
            _ = try await registry.database.execute(
                """
                INSERT INTO model_registry.alias_history (capability, alias, version, model, moved_at, moved_by)
                     VALUES ('digits', 'champion', 1, \(first.description), now() - interval '1 day', 'key:1')
                """)
            let second = try await registry.store(try SampleModel.bytes(named: "m2"))
            _ = try await registry.register("new", digest: second)
            _ = try await registry.report(2, digest: second)
            let moved = try await registry.point("champion", to: 2)
            let back = try await registry.rollBack("champion", AliasRollback())

            #expect([moved, back].map(\.status) == [200, 200], "\(back.text)")
            #expect(try back.decode(ModelAlias.self).version == 1)
        }
    }

    @Test("a version that was deleted is stepped over")
    func deleted() async throws {
        try await withRegistry(versions: 0) { registry in
            try await Self.serve(registry, 3)
            let deleted = try await registry.deleteVersion(2)
            let back = try await registry.rollBack("champion", AliasRollback())

            #expect([deleted, back].map(\.status) == [200, 200], "\(back.text)")
            #expect(try back.decode(ModelAlias.self).version == 1)
        }
    }

    @Test("the pointer stays where it is when the model before is gone, damaged, no model, or one that does not answer")
    func unloadable() async throws {
        let damages: [@Sendable (RegistryFixture) async throws -> Digest] = [
            { _ in Digest(of: Array("nowhere".utf8)) },
            { try await $0.store(Array("no model".utf8)) },
            { try await $0.store(try SampleModel.bytes(named: "other", output: "something-else")) },
        ]
        for damage in damages {
            try await withRegistry(versions: 0) { registry in
                let broken = try await damage(registry)
                _ = try await registry.register("old", digest: broken)
                _ = try await registry.report(1, digest: broken)
                _ = try await registry.point("champion", to: 1)
                let good = try await registry.store(try SampleModel.bytes(named: "good"))
                _ = try await registry.register("new", digest: good)
                _ = try await registry.report(2, digest: good)
                _ = try await registry.point("champion", to: 2)
                let answer = try await registry.rollBack("champion", AliasRollback())

                #expect(answer.status == 409, "\(answer.text)")
                #expect(answer.json["code"] == "registry.model_unloadable")
                #expect(try await registry.get("/v1/registry/models/digits/versions/champion").decode(ModelVersion.self).version == 2)
            }
        }
    }
}
