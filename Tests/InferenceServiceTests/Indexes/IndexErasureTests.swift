import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("Rows erased from an index", .serialized)
struct IndexErasureTests {
    private static let spec = IndexSpec(name: "pages", output: "p", dataset: "digits", metric: .euclidean)
    private static let path = IndexFixture.path + "/erasures"

    private static func rows(_ answer: ProbeAnswer) throws -> [String] { try answer.decode(IndexMatches.self).matches[0].map(\.row) }

    @Test("an erased row is found no more from the answer on, by any instance, nor searched from; a build without it follows")
    func vanishes() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(60, isTold: true)
            try await fixture.batch.running { mesh in
                let built = try await fixture.find(mesh) { $0.state == .ready }
                try await fixture.batch.running(workers: 0) { other in
                    let json = #"{"parameters":{"row":"r7","k":6}}"#
                    let before = try Self.rows(try await fixture.search(other, json))

                    let erased = try await mesh.probe.send(
                        "POST", Self.path, token: IndexFixture.token, json: #"{"rows":["\#(before[0])","\#(before[2])","never-there"]}"#)

                    #expect(erased.status == 200, "\(erased.text)")
                    #expect(erased.json["isStale"] == true && erased.json["state"] == "waiting")
                    let left = [before[1]] + before[3...]
                    for one in [mesh, other] { #expect(try Self.rows(try await fixture.search(one, json)).prefix(4) == left[...]) }
                    let from = try await fixture.search(other, #"{"parameters":{"row":"\#(before[0])"}}"#)
                    #expect(from.status == 400 && from.text.contains(before[0]), "\(from.text)")

                    // The pause gathers what else is erased: the test does not wait for it.
                    try await fixture.batch.inference.database.execute("UPDATE inference.similarity_indexes SET not_before = now()")
                    let after = try await fixture.find(mesh) { $0.state == .ready }
                    #expect(after.rows == 58 && !after.isStale && built.rows == 60)
                    for one in [mesh, other] { #expect(try Self.rows(try await fixture.search(one, json)).prefix(4) == left[...]) }

                    // A later version of the dataset that still has the rows does not bring them back.
                    try await fixture.commit(61, version: 2, isTold: true)
                    let later = try await fixture.find(mesh) { $0.datasetVersion == 2 && $0.state == .ready }
                    #expect(later.rows == 59)
                    #expect(try !Self.rows(try await fixture.search(mesh, #"{"parameters":{"row":"r7","k":60}}"#)).contains(before[0]))
                }
            }
        }
    }

    @Test("rows erased while a build runs, and all rows of an index, are found no more")
    func during() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(3, isTold: true)
            try await fixture.batch.running { mesh in
                _ = try await fixture.find(mesh) { $0.state == .ready }
                let database = fixture.batch.inference.database
                // As if a worker were at it: what is erased now, it has read before.
                try await database.execute(
                    """
                    UPDATE inference.similarity_indexes
                       SET state = 'building', worker = 'slow', lease_until = now() + interval '1 hour', fence = fence + 1
                    """)
                let erased = try await mesh.probe.send(
                    "POST", Self.path, token: IndexFixture.token, json: #"{"rows":["r0","r1","r2"]}"#)
                #expect(erased.json["state"] == "building", "\(erased.text)")
                let query = SampleModel.request([[1, 1, 1, 1]])
                #expect(try Self.rows(try await fixture.search(mesh, query)).isEmpty)

                // The worker is killed, and another takes the build up.
                try await database.execute("UPDATE inference.similarity_indexes SET lease_until = now() - interval '1 second'")

                let after = try await fixture.find(mesh) { $0.state == .ready }
                #expect(after.rows == 0 && !after.isStale)
                #expect(try Self.rows(try await fixture.search(mesh, query)).isEmpty)
            }
        }
    }

    @Test("the owner's engineers and operators of any team may erase; nobody else, and nothing that is no list of ids")
    func access() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(5, isTold: true)
            try await fixture.batch.running { mesh in
                _ = try await fixture.find(mesh) { $0.state == .ready }
                func erase(_ role: Role, _ team: String, _ json: String = #"{"rows":["r1"]}"#) async throws -> ProbeAnswer {
                    try await mesh.probe.send(
                        "POST", Self.path, token: TestAuthority().key("7", roles: [role], team: team), json: json)
                }

                #expect(try await erase(.engineer, "documents").status == 200)
                #expect(try await erase(.operator, "platform").status == 200)
                #expect(try await erase(.administrator, "platform").status == 200)
                // A team that may call the capability does not own its index.
                for (role, team) in [(Role.engineer, "mobile"), (.engineer, "strangers"), (.viewer, "documents"), (.labeler, "documents")] {
                    let answer = try await erase(role, team)
                    #expect(answer.status == 403, "\(role) \(team): \(answer.text)")
                }
                let long = String(repeating: "x", count: 1025)
                for (json, word) in [
                    ("{}", "rows"), (#"{"rows":[]}"#, "rows"), (#"{"rows":"r1"}"#, "rows"), (#"{"rows":[""]}"#, "rows[0]"),
                    (#"{"rows":["a","\#(long)"]}"#, "rows[1]"), (#"{"rows":["a\u0000b"]}"#, "rows[0]"), (#"{"rows":[1]}"#, "rows"),
                    (#"{"rows":[\#([String](repeating: #""r""#, count: 10_001).joined(separator: ","))]}"#, "rows"),
                ] {
                    let answer = try await erase(.engineer, "documents", json)
                    #expect(answer.status == 400 || answer.status == 422, "\(json.prefix(40)): \(answer.status) \(answer.text)")
                    #expect(answer.text.contains(word), "\(json.prefix(40)): \(answer.text)")
                }
                let unknown = try await mesh.probe.send(
                    "POST", "/v1/inference/indexes/none/erasures", token: IndexFixture.token, json: #"{"rows":["r1"]}"#)
                #expect(unknown.status == 404)
                let ids = #"{"rows":["a/b","ü\n'\"; DROP TABLE x","r2"]}"#
                #expect(try await erase(.engineer, "documents", ids).status == 200)
                let found = try await fixture.search(mesh, #"{"parameters":{"row":"r3"}}"#)
                #expect(Set(try Self.rows(found)) == ["r0", "r4"])
            }
        }
    }
}
