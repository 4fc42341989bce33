import Compression
import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("Similarity indexes", .serialized)
struct IndexTests {
    private static let spec = IndexSpec(name: "pages", output: "p", dataset: "digits", metric: .euclidean)

    @Test("an index is built over a dataset version and finds what brute force over the model's outputs finds")
    func buildAndSearch() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(1100)
            try await fixture.batch.running { mesh in
                let index = try await fixture.build(mesh)
                #expect(index.state == .ready, "\(index)")
                #expect(index.rows == 1100 && index.dimension == 2 && index.version == 1 && index.datasetVersion == 1)
                let query: [Double] = [1.5, 0.5, 1, 0.4]

                let answer = try await fixture.search(mesh, SampleModel.request([query, [0, 0, 2, 1]], more: #","parameters":{"k":7}"#))

                #expect(answer.status == 200, "\(answer.text)")
                let found = try answer.decode(IndexMatches.self)
                #expect(found.matches.count == 2 && found.matches.allSatisfy { $0.count == 7 })
                let rows = (0..<1100).map { IndexFixture.pixels($0) }
                let embedded = try await mesh.direct(rows + [query]).probabilities
                let distances = (0..<1100).map { row in
                    (0..<2).reduce(0.0) { sum, column in
                        let difference = embedded[row * 2 + column] - embedded[2200 + column]
                        return sum + difference * difference
                    }
                }
                let nearest = distances.sorted().prefix(7)
                for (match, distance) in zip(found.matches[0], nearest) { #expect(abs(match.score - distance) < 1e-9) }
                for match in found.matches[0] {
                    let row = try #require(Int(match.row.dropFirst()))
                    #expect(abs(distances[row] - match.score) < 1e-9)
                    #expect(match.columns["source"] == .string(IndexFixture.source(row)))
                }
            }
        }
    }

    @Test("a search starts from a row, and filters by columns")
    func rowsAndFilters() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(60)
            try await fixture.batch.running { mesh in
                _ = try await fixture.build(mesh)

                let near = try await fixture.search(mesh, #"{"parameters":{"row":"r7","k":5,"filter":"context.source = 'scanner'"}}"#)
                #expect(near.status == 200, "\(near.text)")
                let found = try near.decode(IndexMatches.self).matches[0]
                #expect(found.count == 5 && found.allSatisfy { $0.columns["source"] == "scanner" && $0.row != "r7" })

                let none = try await fixture.search(mesh, #"{"parameters":{"row":"r7","filter":"context.source = 'fax'"}}"#)
                #expect(try none.decode(IndexMatches.self).matches == [[]])
            }
        }
    }

    @Test("whatever comes to a search that is no sound one is answered with 4xx and what was expected")
    func hostile() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(60)
            try await fixture.batch.running { mesh in
                _ = try await fixture.build(mesh)
                func row(_ more: String) -> String { #"{"parameters":{"row":"r7",\#(more)}}"# }
                let deep = String(repeating: "(", count: 50_000)
                let wide = [String](repeating: "context.page = 1", count: 5_000).joined(separator: " AND ")
                let cases = [
                    (#"{"parameters":{"row":"r999"}}"#, "r999"), (#"{"parameters":{"row":7}}"#, "parameter row"),
                    (#"{"parameters":{"row":"\#(String(repeating: "x", count: 1 << 20))"}}"#, "at most 1024 bytes"),
                    (row(#""k":0"#), "parameter k"), (row(#""k":-1"#), "parameter k"), (row(#""k":1001"#), "parameter k"),
                    (row(#""k":1.5"#), "parameter k"), (row(#""k":"5""#), "parameter k"), (row(#""k":9223372036854775808"#), "parameter k"),
                    (row(#""k":1e300"#), "parameter k"), (row(#""filter":7"#), "parameter filter"),
                    (row(#""filter":"context.colour = 1""#), "context.source"), (row(#""filter":"context.source =""#), "filter"),
                    (row(#""filter":"label = 1""#), "filter"), (row(#""filter":"\#(deep)""#), "filter"),
                    (row(#""filter":"\#(wide)""#), "4096 bytes"), (#"{"parameters":{}}"#, "inputs"), ("", "object"), ("[]", "object"),
                    ("null", "object"),
                    (#"{"parameters":{"row":"r7"}"#, "expected"), (String(repeating: "[", count: 100_000), "object"),
                    (
                        row(#""k":1},"inputs":[{"name":"pixels","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}],"more":{"#),
                        "both are given"
                    ),
                    (SampleModel.request([[1, 2, 3, 99]]), "pixels"),
                    (SampleModel.request([[Double]](repeating: [1, 2, 3, 4], count: 257)), "at most 256 rows"),
                    (#"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[0,4],"data":[]}]}"#, "no row"),
                    (#"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[4611686018427387904,4],"data":[1]}]}"#, "fewer elements"),
                    (#"{"inputs":[{"name":"other","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}"#, "other"),
                ]
                for (json, word) in cases {
                    let refused = try await fixture.search(mesh, json)
                    #expect(
                        refused.status >= 400 && refused.status < 500, "\(json.prefix(80)): \(refused.status) \(refused.text.prefix(200))")
                    #expect(refused.text.contains(word), "\(json.prefix(80)): \(refused.text.prefix(300))")
                    #expect(refused.body.count < 4_096)
                }
                #expect(try await fixture.search(mesh, row(#""k":1000"#)).decode(IndexMatches.self).matches[0].count == 59)
            }
        }
    }

    @Test("a search takes what inference takes: raw tensors, and bodies that are compressed")
    func bodies() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(60)
            try await fixture.batch.running { mesh in
                _ = try await fixture.build(mesh)
                let query = [1.5, 0.5, 1, 0.25]
                let plain = try await fixture.search(mesh, SampleModel.request([query]))
                let head = Array(
                    #"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[1,4],"parameters":{"binary_data_size":16}}]}"#.utf8)
                let raw = head + query.map { Float($0) }.withUnsafeBytes { Array($0) }
                func send(_ body: [UInt8], _ headers: [String: String]) async throws -> ProbeAnswer {
                    try await mesh.probe.send(
                        "POST", IndexFixture.path + "/search", token: IndexFixture.token, headers: headers, body: body)
                }

                let binary = try await send(raw, ["Inference-Header-Content-Length": String(head.count)])
                let packed = try await send(
                    Compression.encode(Array(SampleModel.request([query]).utf8), .gzip), ["Content-Encoding": "gzip"])
                let unknown = try await send(raw, ["Content-Encoding": "br"])
                let beyond = try await send(raw, ["Inference-Header-Content-Length": "99999"])

                let expected = try plain.decode(IndexMatches.self)
                #expect(expected.matches[0].count == 10)
                #expect(try binary.decode(IndexMatches.self) == expected)
                #expect(packed.status == 200, "\(packed.text)")
                #expect(try packed.decode(IndexMatches.self) == expected)
                #expect(unknown.status == 415, "\(unknown.status)")
                #expect(beyond.status == 400, "\(beyond.status)")
            }
        }
    }

    @Test("a new build answers only when it is ready, is made with the champion of the time, and replaces the old file")
    func rebuild() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(20)
            try await fixture.batch.running { mesh in
                let early = try await fixture.search(mesh, #"{"parameters":{"row":"r1"}}"#)
                #expect(early.status == 409 || early.status == 404, "\(early.text)")
                let first = try await fixture.build(mesh)
                try await fixture.commit(30, version: 2)
                try await fixture.batch.inference.point("champion", to: 2)
                try await eventually {
                    let meta = try await mesh.probe.send(
                        "POST", "/v2/models/digits/infer", token: IndexFixture.token, json: SampleModel.request())
                    return meta.json["model_version"] == "2" ? nil : meta.text
                }

                let second = try await fixture.build(mesh)

                #expect(first.rows == 20 && first.version == 1)
                #expect(second.rows == 30 && second.version == 2 && second.datasetVersion == 2)
                let files = fixture.batch.inference.folder.appending(path: "blobs/inference/indexes")
                try await eventually {
                    let kept = FileManager.default.enumerator(at: files, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
                        .filter { $0.lastPathComponent.count == 64 }
                    return kept?.count == 1 ? nil : "\(kept ?? [])"
                }
                let list = try await mesh.probe.send("GET", "/v1/inference/indexes", token: IndexFixture.token)
                #expect(list.json["items"]?.arrayValue?.count == 1)
            }
        }
    }

    @Test("an index of another team is neither seen nor built nor searched; one that is not declared is unknown")
    func access() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(5)
            try await fixture.batch.running { mesh in
                _ = try await fixture.build(mesh)
                let stranger = TestAuthority().key("9", roles: [.engineer], team: "strangers")
                let friend = TestAuthority().key("8", roles: [.engineer], team: "mobile")
                func status(_ method: String, _ path: String, _ token: String, _ json: String? = nil) async throws -> Int {
                    if let json { return try await mesh.probe.send(method, path, token: token, json: json).status }
                    return try await mesh.probe.send(method, path, token: token).status
                }
                let row = #"{"parameters":{"row":"r1"}}"#

                let list = try await mesh.probe.send("GET", "/v1/inference/indexes", token: stranger)
                let strangers = [
                    try await status("GET", IndexFixture.path, stranger), try await status("POST", IndexFixture.path + "/builds", stranger),
                    try await status("POST", IndexFixture.path + "/search", stranger, row),
                ]
                let friends = [
                    try await status("POST", IndexFixture.path + "/builds", friend),
                    try await status("POST", IndexFixture.path + "/search", friend, row),
                ]
                let unknown = try await status("GET", "/v1/inference/indexes/none", IndexFixture.token)

                #expect(list.json["items"]?.arrayValue?.isEmpty == true)
                #expect(strangers == [403, 403, 403])
                #expect(friends == [403, 200])
                #expect(unknown == 404)
            }
        }
    }

    @Test("a build whose worker ended is taken up by another")
    func lease() async throws {
        try await withIndex { fixture in
            try await fixture.declare(Self.spec)
            try await fixture.commit(12)
            let database = fixture.batch.inference.database
            try await fixture.batch.running { mesh in
                try await eventually {
                    let found = try await mesh.probe.send("GET", IndexFixture.path, token: IndexFixture.token)
                    return found.status == 200 ? nil : found.text
                }
                // As a worker leaves it that was killed while it built: claimed, its lease run out.
                try await database.execute(
                    """
                    INSERT INTO inference.similarity_indexes (name, capability, state, next_spec, next_version, next_dataset_version, fence,
                                                              attempts, worker, lease_until)
                         VALUES ('pages', 'digits', 'building', \(try jsonText(Self.spec))::jsonb, 1, 1, 5, 1, 'gone',
                                 now() - interval '1 second')
                    """)
                try await eventually(within: .seconds(60)) {
                    let index = try await mesh.probe.send("GET", IndexFixture.path, token: IndexFixture.token).decode(SimilarityIndex.self)
                    return index.state == .ready ? nil : "\(index)"
                }
                let rows = try await database.query("SELECT fence, attempts FROM inference.similarity_indexes WHERE name = 'pages'")
                #expect(try rows[0].decode("fence", as: Int.self) == 6)
                #expect(try rows[0].decode("attempts", as: Int.self) == 2)
            }
        }
    }

    @Test("whoever lost a build may neither hold, end nor fail it; asking again drops the one under way")
    func fence() async throws {
        try await withIndex { fixture in
            let inference = fixture.batch.inference
            try await withRunning(try fixture.batch.service(workers: 0)) { probe in
                try await BatchMesh(probe: probe).ready()
            }
            let database = Database(
                url: inference.url, schema: ServiceName.inference.schema, maximumConnections: 2, logger: quiet)
            defer { database.close() }
            let store = IndexStore(database: database)
            try await store.ask(Self.spec, capability: "digits", version: 1, datasetVersion: 1)
            let first = try #require(try await store.claim(worker: "one", lease: .seconds(60)))
            #expect(try await store.claim(worker: "two", lease: .seconds(60)) == nil)
            try await store.renew(first, lease: .seconds(60), rowsBuilt: 7)
            #expect(try await store.find("pages")?.rowsBuilt == 7)

            try await store.ask(Self.spec, capability: "digits", version: 2, datasetVersion: 3)
            let second = try #require(try await store.claim(worker: "two", lease: .seconds(60)))

            #expect(second.version == 2 && second.datasetVersion == 3 && second.attempt == 1)
            let segment = Digest(of: [1])
            await #expect(throws: IndexLeaseLost.self) { try await store.renew(first, lease: .seconds(1), rowsBuilt: 9) }
            await #expect(throws: IndexLeaseLost.self) { try await store.fail(first, error: "late") }
            await #expect(throws: IndexLeaseLost.self) {
                try await store.finish(first, segment: segment, rows: 1, dimension: 1, bytes: 1)
            }
            try await store.finish(second, segment: segment, rows: 5, dimension: 4, bytes: 99)
            let stored = try #require(try await store.find("pages"))
            #expect(stored.state == .ready && stored.answering?.version == 2 && stored.answering?.rows == 5 && stored.error == nil)
        }
    }

    @Test("an index over an output that is no embedding fails with a sentence that says so")
    func failure() async throws {
        try await withIndex { fixture in
            var spec = Self.spec
            spec.output = "label"
            try await fixture.declare(spec)
            try await fixture.commit(5)
            try await fixture.batch.running { mesh in
                let index = try await fixture.build(mesh)

                #expect(index.state == .failed)
                #expect(index.error?.contains("label") == true)
                let answer = try await fixture.search(mesh, #"{"parameters":{"row":"r1"}}"#)
                #expect(answer.status == 409)
            }
        }
    }
}
