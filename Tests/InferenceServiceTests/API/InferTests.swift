import BlobStore
import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("Predictions", .serialized)
struct InferTests {
    static let token = InferenceFixture.engineer
    static let path = InferenceFixture.path

    static func label(_ answer: ProbeAnswer) -> [Int64] {
        let outputs = answer.json["outputs"]?.arrayValue ?? []
        return outputs.first { $0["name"] == "label" }?["data"]?.arrayValue?.compactMap(\.integerValue) ?? []
    }

    @Test("every route lets in whom the route table lets in, and nobody else")
    func roles() async throws {
        try await withInference { fixture in
            let faults = try await RoleMatrix.faults(of: try fixture.service())

            #expect(faults == [])
        }
    }

    @Test("the champion answers, or the version that a number or an alias names")
    func versions() async throws {
        try await withInference { fixture in
            try await fixture.point("candidate", to: 2)
            try await fixture.running { probe in
                let rows = SampleModel.request([[9, 9, 1, 1], [1, 1, 9, 9]])
                let champion = try await probe.send("POST", Self.path, token: Self.token, json: rows)
                #expect(champion.status == 200)
                #expect(Self.label(champion) == [10, 11])
                #expect(champion.json["model_name"] == "digits")
                #expect(champion.json["model_version"] == "1")
                for (reference, labels) in [("2", [20, 21]), ("candidate", [20, 21]), ("latest", [20, 21]), ("1", [10, 11])]
                    as [(String, [Int64])]
                {
                    let answer = try await probe.send(
                        "POST", "/v2/models/digits/versions/\(reference)/infer", token: Self.token, json: rows)
                    #expect(Self.label(answer) == labels, "\(reference): \(answer.text)")
                }
                for reference in ["9", "nobody", "-1", "99999999999999999999"] {
                    let answer = try await probe.send(
                        "POST", "/v2/models/digits/versions/\(reference)/infer", token: Self.token, json: rows)
                    #expect(answer.status == 404)
                    #expect(answer.json["error"]?.stringValue?.contains(reference) == true)
                }
            }
        }
    }

    @Test("a client's id is echoed; the request's own id stands in parameters and header")
    func ids() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                let id = RequestID().description
                let given = try await probe.send(
                    "POST", Self.path, token: Self.token, headers: ["X-Request-ID": id], json: SampleModel.request(more: #","id":"mine""#))
                let none = try await probe.send("POST", Self.path, token: Self.token, json: SampleModel.request())

                #expect(given.json["id"] == "mine")
                #expect(given.json["parameters"]?["request_id"]?.stringValue == id)
                #expect(given[header: "x-request-id"] == id)
                #expect(none.json["id"]?.stringValue == none[header: "x-request-id"])
            }
        }
    }

    @Test("outputs come as they are asked for, in JSON or as bytes")
    func outputs() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                let one = try await probe.send(
                    "POST", Self.path, token: Self.token, json: SampleModel.request(more: #","outputs":[{"name":"label"}]"#))
                let binary = try await probe.send(
                    "POST", Self.path, token: Self.token,
                    json: SampleModel.request(more: #","outputs":[{"name":"label","parameters":{"binary_data":true}}]"#))
                let length = try #require(binary[header: "inference-header-content-length"].flatMap { Int($0) })

                #expect(one.json["outputs"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["label"])
                #expect(binary[header: "content-type"] == "application/octet-stream")
                #expect(Array(binary.body[length...]) == [10, 0, 0, 0, 0, 0, 0, 0])
            }
        }
    }

    /// Bodies that are no request, and what the answer has to name.
    static let hostile: [(body: String, named: String)] = [
        ("", "object"), ("{", "expected"), ("[]", "object"), ("{}", "inputs"), (#"{"inputs":[]}"#, "inputs"), (#"{"inputs":7}"#, "array"),
        (#"{"inputs":[{"name":"pixels"}]}"#, "pixels"),
        (#"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[1,4],"data":[1,2,3]}]}"#, "pixels"),
        (#"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[1,4],"data":[1,2,3,"4"]}]}"#, "pixels"),
        (#"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[1,4],"data":[1,2,3,17]}]}"#, "element 3"),
        (#"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[1,4],"data":[1,2,3,NaN]}]}"#, ""),
        (#"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[-1,4],"data":[]}]}"#, "shape"),
        (#"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[0,4],"data":[]}]}"#, "row"),
        (#"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[4294967296,4294967296],"data":[1]}]}"#, "pixels"),
        (#"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[4],"data":[1,2,3,4]}]}"#, "shape"),
        (#"{"inputs":[{"name":"pixels","datatype":"FP64","shape":[1,4],"data":[1,2,3,4]}]}"#, "FP32"),
        (#"{"inputs":[{"name":"pixels","datatype":"FLOAT","shape":[1,4],"data":[1,2,3,4]}]}"#, "FLOAT"),
        (#"{"inputs":[{"name":"other","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}"#, "other"),
        (SampleModel.request(more: #","outputs":[{"name":"nothing"}]"#), "nothing"),
        (SampleModel.request(more: #","outputs":[{"name":"label"},{"name":"label"}]"#), "label"),
        (SampleModel.request(more: #","parameters":{"source":7}"#), "source"),
        (SampleModel.request(more: #","parameters":{"source":["a"]}"#), "source"),
        (SampleModel.request(more: #","parameters":{"source":"\#(String(repeating: "a", count: 1025))"}"#), "1024 bytes"),
        (SampleModel.request(more: #","parameters":{"page":[[7]]}"#), "page"),
        (SampleModel.request(more: #","parameters":{"page":{"a":7}}"#), "page"),
        (SampleModel.request(more: #","parameters":[]"#), "parameters"),
        (SampleModel.request(more: #","inputs":[]"#), "inputs"), (SampleModel.request() + "x", ""),
        (String(repeating: #"{"inputs":["#, count: 5_000), ""),
    ]

    @Test("what is no request is 400 with the input's name, never more")
    func hostile() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                for (body, named) in Self.hostile {
                    let answer = try await probe.send("POST", Self.path, token: Self.token, json: body)

                    #expect(answer.status == 400, "\(body.prefix(100)): \(answer.text)")
                    #expect(answer[header: "content-type"] == "application/json")
                    let error = answer.json["error"]?.stringValue ?? ""
                    #expect(named.isEmpty ? !error.isEmpty : error.contains(named), "\(body.prefix(100)): \(error)")
                    #expect(answer.json.objectValue?.count == 1)
                }
            }
        }
    }

    @Test("an unknown compression is 415, a wrong header length 400, a body beyond the limit 413")
    func headers() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                let body = Array(SampleModel.request().utf8)
                let brotli = try await probe.send("POST", Self.path, token: Self.token, headers: ["Content-Encoding": "br"], body: body)
                #expect(brotli.status == 415)
                for length in ["x", "-1", "99999999999", "\(body.count + 1)", "0"] {
                    let answer = try await probe.send(
                        "POST", Self.path, token: Self.token, headers: ["Inference-Header-Content-Length": length], body: body)
                    #expect(answer.status == 400, "\(length): \(answer.text)")
                }
                let huge = try await probe.raw(
                    "POST \(Self.path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(Self.token)\r\nContent-Length: 67108865\r\n\r\n")
                #expect(huge.status == 413)
                // No content type is asked for: a public client sends none.
                let bare = try await probe.send("POST", Self.path, token: Self.token, body: body)
                #expect(bare.status == 200)
            }
        }
    }

    @Test("only the owner and the teams that the manifest lets in may call; the rest learn whom to ask")
    func teams() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                func infer(_ team: String) async throws -> ProbeAnswer {
                    let token = TestAuthority().key("2", roles: [.engineer], team: team)
                    return try await probe.send("POST", Self.path, token: token, json: SampleModel.request())
                }
                let denied = try await infer("others")
                let admitted = try await infer("mobile")
                let service = try await probe.send(
                    "POST", Self.path, token: TestAuthority().service(.labeling), json: SampleModel.request())
                let unknown = try await probe.send("POST", "/v2/models/nothing/infer", token: Self.token, json: SampleModel.request())

                let statuses = [denied.status, admitted.status, service.status, unknown.status]
                #expect(statuses == [403, 200, 200, 404])
                #expect(denied.json["error"]?.stringValue?.contains("documents") == true)
            }
        }
    }

    @Test("a champion that changes under load fails no request, and the new one answers in the end")
    func versionSwitch() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                let isDone = Recorder(false)
                let results = try await withThrowingTaskGroup(of: [Int64: Int].self) { group in
                    for _ in 0..<4 {
                        group.addTask {
                            let connection = try ProbeConnection(port: probe.port)
                            let request = HTTPProbe.request(
                                "POST", Self.path, token: Self.token, body: Array(SampleModel.request().utf8))
                            var seen: [Int64: Int] = [:]
                            var afterwards = 0
                            while afterwards < 20 {
                                if isDone.value { afterwards += 1 }
                                await connection.write(request)
                                let answer = try await connection.answer()
                                seen[answer.status == 200 ? Self.label(answer).first ?? -1 : -Int64(answer.status), default: 0] += 1
                            }
                            return seen
                        }
                    }
                    for version in [2, 1, 2] {
                        try await fixture.point("champion", to: version)
                        try await eventually {
                            let answer = try await probe.send("POST", Self.path, token: Self.token, json: SampleModel.request())
                            return Self.label(answer) == [Int64(version) * 10] ? nil : answer.text
                        }
                    }
                    isDone.change { $0 = true }
                    return try await group.reduce(into: [Int64: Int]()) { $0.merge($1) { $0 + $1 } }
                }

                #expect(Set(results.keys) == [10, 20], "\(results)")
            }
        }
    }

    @Test("a model whose bytes are not what its digest says, or that is none, is refused with 503")
    func corrupt() async throws {
        try await withInference { fixture in
            let digest = try await fixture.blobs.put(try SampleModel.bytes(3))
            let file = try await fixture.blobs.localFile(digest)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
            // A model, but another one.
            try Data(try SampleModel.bytes(2)).write(to: file)
            try await fixture.announce(EventType.versionRegistered, SampleModel.version(3, digest))
            let text = try await fixture.blobs.put(Array("no model".utf8))
            try await fixture.announce(EventType.versionRegistered, SampleModel.version(4, text))
            try await fixture.announce(EventType.versionRegistered, SampleModel.version(5, Digest(of: Array("nowhere".utf8))))
            try await fixture.running { probe in
                for version in 3...5 {
                    try await eventually {
                        let answer = try await probe.send(
                            "POST", "/v2/models/digits/versions/\(version)/infer", token: Self.token, json: SampleModel.request())
                        return answer.status == 503 && answer.text.contains("cannot be served") ? nil : answer.text
                    }
                }
                let good = try await probe.send("POST", Self.path, token: Self.token, json: SampleModel.request())
                #expect(good.status == 200)
            }
        }
    }

    @Test("health, metadata, readiness and the index are as the protocol has them")
    func protocolRoutes() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                let metadata = try await probe.send("GET", "/v2/models/digits", token: Self.token)
                let unloaded = try await probe.send("GET", "/v2/models/digits/versions/2/ready", token: Self.token)
                let index = try await probe.send("POST", "/v2/repository/index", token: Self.token, body: [])
                let bad = try await probe.send("POST", "/v2/repository/index", token: Self.token, json: "[1]")
                let list = try await probe.send("GET", "/v2/models", token: TestAuthority().key(roles: [.engineer], team: "others"))

                #expect(try await probe.send("GET", "/v2/health/live").json["live"] == true)
                #expect(try await probe.send("GET", "/v2/health/ready").json["ready"] == true)
                #expect(try await probe.send("GET", "/v2/").status == 200)
                #expect(metadata.json["versions"] == ["1", "2"])
                #expect(metadata.json["inputs"]?.arrayValue?.first?["shape"] == [-1, 4])
                #expect(unloaded.status == 503)
                #expect(index.json.arrayValue?.map { $0["state"]?.stringValue } == ["READY", "UNAVAILABLE"])
                #expect(bad.status == 400)
                #expect(list.json["models"]?.arrayValue?.isEmpty == true)
                #expect(try await probe.send("GET", "/v2/models/nothing", token: Self.token).status == 404)
            }
        }
    }
}
