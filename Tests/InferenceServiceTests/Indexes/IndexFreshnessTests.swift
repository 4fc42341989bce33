import Contracts
import EventLog
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("Indexes that keep themselves fresh", .serialized)
struct IndexFreshnessTests {
    private static let spec = IndexSpec(name: "pages", output: "p", dataset: "digits", metric: .euclidean)
    private static let row = #"{"parameters":{"row":"r1"}}"#

    @Test("a declared index is built by itself, and anew when its dataset gets a version, its alias moves or its declaration changes")
    func follows() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(20, isTold: true)
            try await fixture.batch.running { mesh in
                let first = try await fixture.find(mesh) { $0.state == .ready }
                #expect(first.version == 1 && first.datasetVersion == 1 && first.rows == 20 && !first.isStale && first.next == nil)

                try await fixture.commit(30, version: 2, isTold: true)
                let second = try await fixture.find(mesh) { $0.datasetVersion == 2 && $0.state == .ready }
                #expect(second.version == 1 && second.rows == 30 && !second.isStale)

                try await fixture.batch.inference.point("champion", to: 2)
                let third = try await fixture.find(mesh) { $0.version == 2 && $0.state == .ready }
                #expect(third.datasetVersion == 2 && !third.isStale)

                var spec = Self.spec
                (spec.alias, spec.metric, spec.storage) = ("shadow", .cosine, .int8)
                try await fixture.batch.inference.point("shadow", to: 1)
                try await fixture.declare(spec)
                let fourth = try await fixture.find(mesh) { $0.version == 1 && $0.state == .ready }
                #expect(fourth.spec == spec && !fourth.isStale)
                // The champion is not the alias of the index any more.
                let read = fixture.batch.peers.versionsRead
                try await fixture.batch.inference.point("champion", to: 1)
                try await fixture.batch.inference.point("other", to: 2)
                try await fixture.commit(31, version: 3, isTold: true)
                _ = try await fixture.find(mesh) { $0.datasetVersion == 3 && $0.state == .ready }
                #expect(fixture.batch.peers.versionsRead == read + 1)
            }
        }
    }

    @Test("an index answers from its old build, and says so, until the new one is ready")
    func stale() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(20, isTold: true)
            try await fixture.batch.running { mesh in _ = try await fixture.find(mesh) { $0.state == .ready } }
            // Nobody builds: searching goes on.
            try await fixture.batch.running(workers: 0) { mesh in
                try await fixture.commit(30, version: 2, isTold: true)
                try await fixture.batch.inference.point("champion", to: 2)

                let waiting = try await fixture.find(mesh) { $0.next?.version == 2 && $0.next?.datasetVersion == 2 }

                #expect(waiting.state == .waiting && waiting.isStale)
                #expect(waiting.version == 1 && waiting.datasetVersion == 1 && waiting.rows == 20)
                let answer = try await fixture.search(mesh, Self.row)
                #expect(answer.status == 200 && answer.json["version"] == 1 && answer.json["datasetVersion"] == 1)
            }
        }
    }

    @Test("of two instances one builds, once for all that changed before it began")
    func once() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            for version in 1...5 { try await fixture.commit(10 + version, version: version, isTold: true) }
            // All events are taken in while nobody builds.
            try await fixture.batch.running(workers: 0) { mesh in
                _ = try await fixture.find(mesh) { $0.next?.datasetVersion == 5 }
            }
            try await fixture.batch.running { one in
                try await fixture.batch.running { other in
                    let index = try await fixture.find(one) { $0.state == .ready }
                    let seen = try await fixture.find(other) { $0.state == .ready }
                    #expect(index == seen && index.rows == 15 && index.datasetVersion == 5)
                    // Each build reads its version once.
                    #expect(fixture.batch.peers.versionsRead == 1)

                    try await fixture.commit(40, version: 6, isTold: true)
                    _ = try await fixture.find(other) { $0.datasetVersion == 6 && $0.state == .ready }
                    #expect(fixture.batch.peers.versionsRead == 2)
                }
            }
        }
    }

    @Test("what changes while a build runs does not drop it: the next one follows when it ends, however it ends")
    func during() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(10, isTold: true)
            try await fixture.batch.running(workers: 0) { mesh in
                _ = try await fixture.find(mesh) { $0.next?.datasetVersion == 1 }
                let database = Database(
                    url: fixture.batch.inference.url, schema: ServiceName.inference.schema, maximumConnections: 2, logger: quiet)
                defer { database.close() }
                let store = IndexStore(database: database)
                let first = try #require(try await store.claim(worker: "one", lease: .seconds(60)))

                try await fixture.commit(12, version: 2, isTold: true)
                let building = try await fixture.find(mesh) { _ in true }
                try await eventually {
                    let rows = try await database.query("SELECT version FROM similarity_datasets WHERE dataset = 'digits'")
                    return try rows.first?.decode("version", as: Int.self) == 2 ? nil : "\(rows)"
                }
                try await store.renew(first, lease: .seconds(60), rowsBuilt: 3)
                try await store.finish(first, segment: Digest(of: [1]), rows: 10, dimension: 2, bytes: 9)

                let after = try await fixture.find(mesh)
                #expect(building.state == .building && building.next?.datasetVersion == 1)
                #expect(after.state == .waiting && after.datasetVersion == 1 && after.isStale && after.next?.datasetVersion == 2)
                let second = try #require(try await store.claim(worker: "one", lease: .seconds(60)))
                #expect(second.datasetVersion == 2)
                try await store.fail(second, error: "no")
                #expect(try await fixture.find(mesh).state == .failed)
                // What failed is not tried for ever, but for something else.
                try await fixture.batch.inference.point("other", to: 2)
                try await fixture.commit(13, version: 3, isTold: true)
                let again = try await fixture.find(mesh) { $0.state == .waiting }
                #expect(again.error == nil && again.next?.datasetVersion == 3)
                let third = try #require(try await store.claim(worker: "one", lease: .seconds(60)))
                try await fixture.batch.inference.point("champion", to: 2)
                try await eventually {
                    let rows = try await database.query("SELECT version FROM similarity_aliases WHERE alias = 'champion'")
                    return try rows.first?.decode("version", as: Int.self) == 2 ? nil : "\(rows)"
                }
                try await store.release(third, pause: 0)
                #expect(try await store.claim(worker: "one", lease: .seconds(60))?.version == 2)
            }
        }
    }

    @Test("an index that is declared no more is gone, and so are its rows and its file")
    func undeclared() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(10, isTold: true)
            try await fixture.batch.running { mesh in
                _ = try await fixture.find(mesh) { $0.state == .ready }
                let folder = fixture.batch.inference.folder.appending(path: "blobs/inference/indexes")
                @Sendable func files() -> Int {
                    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
                    return all?.filter { $0.lastPathComponent.count == 64 }.count ?? 0
                }
                #expect(files() == 1)

                try await fixture.declare()

                try await eventually {
                    let answer = try await mesh.probe.send("GET", IndexFixture.path, token: IndexFixture.token)
                    return answer.status == 404 ? nil : answer.text
                }
                #expect(try await fixture.search(mesh, Self.row).status == 404)
                try await eventually { files() == 0 ? nil : "\(files())" }
            }
        }
    }

    @Test("a name belongs to the capability that declared it first, and to the next when that one lets it go")
    func names() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(10, isTold: true)
            try await fixture.declare(Self.spec, by: "thief", team: "strangers")
            try await fixture.batch.running { mesh in
                _ = try await fixture.find(mesh) { $0.state == .ready }
                let thief = TestAuthority().key("9", roles: [.engineer], team: "strangers")
                func thieves(_ method: String, _ path: String, _ json: String? = nil) async throws -> ProbeAnswer {
                    guard let json else { return try await mesh.probe.send(method, path, token: thief) }
                    return try await mesh.probe.send(method, path, token: thief, json: json)
                }

                for answer in [
                    try await thieves("GET", IndexFixture.path), try await thieves("POST", IndexFixture.path + "/builds"),
                    try await thieves("POST", IndexFixture.path + "/search", Self.row),
                    try await thieves("POST", IndexFixture.path + "/erasures", #"{"rows":["r1"]}"#),
                ] { #expect(answer.status == 403, "\(answer.text)") }
                #expect(try await thieves("GET", "/v1/inference/indexes").json["items"]?.arrayValue?.isEmpty == true)
                #expect(try await fixture.find(mesh).capability == "digits")

                try await fixture.declare()
                try await eventually {
                    let answer = try await thieves("GET", IndexFixture.path)
                    return answer.status == 200 ? nil : answer.text
                }
                // Nothing of the old owner's answers for the new one.
                let answer = try await thieves("POST", IndexFixture.path + "/search", Self.row)
                #expect(answer.status == 409, "\(answer.text)")
                #expect(try await mesh.probe.send("GET", IndexFixture.path, token: IndexFixture.token).status == 403)
            }
        }
    }
}
