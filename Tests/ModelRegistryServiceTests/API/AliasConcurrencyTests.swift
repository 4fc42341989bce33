import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import Statistics
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("Many who move one alias", .serialized)
struct AliasConcurrencyTests {
    @Test("20 clients at once: the history is a chain, the log tells it in its order, and its end is where the alias points")
    func chain() async throws {
        try await withRegistry(versions: 6) { registry in
            for version in 1...6 { _ = try await registry.report(version, model: "r\(version)") }
            let statuses = try await withThrowingTaskGroup(of: [Int].self) { group in
                for client in 0..<20 {
                    group.addTask {
                        var generator = SeededGenerator(seed: UInt64(client))
                        var statuses: [Int] = []
                        for _ in 0..<10 {
                            statuses.append(try await Self.move(registry, to: Int.random(in: 1...6, using: &generator)))
                        }
                        return statuses
                    }
                }
                return try await group.reduce(into: [Int]()) { $0 += $1 }
            }
            let moves = try await registry.history("champion", "?limit=200").reversed().map(\.self)
            let present = try await registry.get("/v1/registry/models/digits/versions/champion").decode(ModelVersion.self).version
            let told = try await registry.database.query(
                """
                SELECT (data ->> 'version')::bigint AS version
                  FROM events.log
                 WHERE type = \(EventType.aliasMoved)
                 ORDER BY epoch, txid, sequence
                """
            ).map { try $0.decode("version", as: Int.self) }

            #expect(statuses.allSatisfy { $0 == 200 })
            #expect(moves.first?.previous == nil)
            for (former, next) in zip(moves, moves.dropFirst()) {
                #expect(next.previous == former.version && next.version != former.version && next.movedAt >= former.movedAt)
            }
            #expect(moves.last?.version == present)
            #expect(told == moves.map(\.version))
        }
    }

    /// The answer to a move that is asked for again as long as the registry has too much to do.
    private static func move(_ registry: RegistryFixture, to version: Int) async throws -> Int {
        while true {
            let status = try await registry.point("champion", to: version).status
            if status != 429, status != 503 { return status }
        }
    }

    @Test("while reports turn green and red and manifests change, no version is champion that did not pass at that moment")
    func honest() async throws {
        try await withRegistry(versions: 4) { registry in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<12 {
                    group.addTask {
                        var generator = SeededGenerator(seed: UInt64(100 + client))
                        for _ in 0..<8 { _ = try await registry.point("champion", to: Int.random(in: 1...4, using: &generator)) }
                    }
                }
                for version in 1...4 {
                    group.addTask {
                        for round in 0..<6 {
                            let verdict: TestResult.Verdict = (round + version).isMultiple(of: 2) ? .pass : .fail
                            _ = try await registry.report(
                                version, model: "r\(version)", revision: 1 + round % 2, results: [.sample("good enough", verdict)])
                        }
                    }
                }
                group.addTask { _ = try await registry.apply(SampleManifest.changed("tests.0.atLeast", 0.8)) }
                try await group.waitForAll()
            }
            let moves = try await registry.history("champion", "?limit=200")

            for move in moves {
                let id = try #require(move.report)
                let rows = try await registry.database.query(
                    "SELECT version, passed, manifest_revision FROM model_registry.reports WHERE id = \(id)")
                let row = try #require(rows.first)
                #expect(try row.decode("version", as: Int.self) == move.version)
                #expect(try row.decode("passed", as: Bool.self))
            }
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

    @Test("an alias is moved and removed in the order that the log has, also when both come at once")
    func order() async throws {
        try await withRegistry(versions: 2) { registry in
            for round in 0..<20 {
                _ = try await registry.point("preview", to: 1)
                async let moved = registry.point("preview", to: 2)
                async let removed = registry.probe.send(
                    "DELETE", "/v1/registry/models/digits/aliases/preview", token: RegistryFixture.engineer)
                _ = try await (moved, removed)

                let rows = try await registry.database.query(
                    "SELECT log.type FROM events.log WHERE log.type LIKE '%alias%' ORDER BY log.epoch DESC, log.txid DESC, log.sequence DESC LIMIT 1"
                )
                let last = try rows.first?.decode("type", as: String.self)
                let present = try await registry.get("/v1/registry/models/digits/versions/preview").status
                #expect((last == EventType.aliasMoved) == (present == 200), "round \(round): \(last ?? "") and \(present)")
            }
        }
    }

    @Test("removing waits for a move that is under way, and then removes what it made")
    func removalWaits() async throws {
        try await withRegistry(versions: 2) { registry in
            _ = try await registry.point("preview", to: 1)
            let removal = try await registry.database.transaction { connection in
                _ = try await connection.query("SELECT revision FROM model_registry.capabilities WHERE name = 'digits' FOR UPDATE")
                let removal = Task {
                    try await registry.probe.send(
                        "DELETE", "/v1/registry/models/digits/aliases/preview", token: RegistryFixture.engineer)
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
}
