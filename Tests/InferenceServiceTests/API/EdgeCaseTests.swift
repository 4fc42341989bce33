import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

/// Cases on which servers of the protocol differ, against the real service with a model that echoes its inputs.
@Suite("Edge cases of the protocol")
struct EdgeCaseTests {
    static let token = TestAuthority().key("1", roles: Set(Role.allCases))
    /// One float input of rows of two; one of each of two whole-number types; all datatypes.
    static let models = [
        EchoModel(name: "echo", inputs: [.init(name: "x", datatype: "FP32", shape: [-1, 2])]),
        EchoModel(name: "small", inputs: [.init(name: "b", datatype: "UINT8", shape: [-1, 1])]),
        EchoModel(name: "large", inputs: [.init(name: "n", datatype: "INT64", shape: [-1, 1])]), EchoModel.types,
    ]

    /// A request that is sent, and what has to come back.
    struct Case: Sendable, CustomStringConvertible {
        var name: String
        var method = "POST"
        var path = "/v2/models/echo/infer"
        var headers: [String: String] = [:]
        var body: String?
        var status: Int
        /// What the error has to name.
        var words: [String] = []

        var description: String { name }
    }

    private static func input(_ data: String, shape: String = "[1,2]", datatype: String = "FP32", name: String = "x") -> String {
        #"{"name":"\#(name)","datatype":"\#(datatype)","shape":\#(shape),"data":\#(data)}"#
    }

    private static func request(_ input: String, more: String = "") -> String { #"{"inputs":[\#(input)]\#(more)}"# }

    private static let good = request(input("[1,2]"))
    private static let small = "/v2/models/small/infer"
    private static let large = "/v2/models/large/infer"

    static let taken: [Case] = [
        Case(name: "live", method: "GET", path: "/v2/health/live", status: 200),
        Case(name: "ready", method: "GET", path: "/v2/health/ready", status: 200),
        Case(name: "server metadata with a slash", method: "GET", path: "/v2/", status: 200),
        Case(name: "metadata of a version", method: "GET", path: "/v2/models/echo/versions/1", status: 200),
        Case(name: "metadata by alias", method: "GET", path: "/v2/models/echo/versions/champion", status: 200),
        Case(name: "index without a body", path: "/v2/repository/index", status: 200),
        Case(name: "index with an empty object", path: "/v2/repository/index", body: "{}", status: 200),
        Case(name: "statistics", method: "GET", path: "/v2/models/echo/stats", status: 200),
        Case(name: "nulls", body: #"{"id":null,"parameters":null,"outputs":null,"inputs":[\#(input("[1,2]"))]}"#, status: 200),
        Case(name: "no content type", body: good, status: 200),
        Case(name: "another content type", headers: ["Content-Type": "application/x-www-form-urlencoded"], body: good, status: 200),
        Case(name: "unknown members", body: request(input("[1,2]"), more: #","model_name":"echo","more":{"a":[1]}"#), status: 200),
        Case(name: "nested data", body: request(input("[[1,2],[3,4]]", shape: "[2,2]")), status: 200),
        Case(name: "flat data", body: request(input("[1,2,3,4]", shape: "[2,2]")), status: 200),
        Case(name: "an empty list of outputs", body: request(input("[1,2]"), more: #","outputs":[]"#), status: 200),
        Case(
            name: "smallest and largest UINT8", path: small, body: request(input("[0,255]", shape: "[2,1]", datatype: "UINT8", name: "b")),
            status: 200),
        Case(
            name: "a whole number as a float", path: small, body: request(input("[2.0]", shape: "[1,1]", datatype: "UINT8", name: "b")),
            status: 200),
    ]

    static let refused: [Case] = [
        Case(name: "unknown model", path: "/v2/models/nothing/infer", body: good, status: 404, words: ["nothing"]),
        Case(name: "unknown model's metadata", method: "GET", path: "/v2/models/nothing", status: 404, words: ["nothing"]),
        Case(name: "unknown version", path: "/v2/models/echo/versions/9/infer", body: good, status: 404, words: ["echo", "9"]),
        Case(name: "load of no model", path: "/v2/repository/models/nothing/load", body: "{}", status: 404, words: ["nothing"]),
        Case(name: "unload of no model", path: "/v2/repository/models/nothing/unload", body: "{}", status: 404, words: ["nothing"]),
        Case(name: "statistics of no model", method: "GET", path: "/v2/models/nothing/stats", status: 404, words: ["nothing"]),
        Case(name: "too few elements", body: request(input("[1]")), status: 400, words: ["x", "2 elements"]),
        Case(name: "too many elements", body: request(input("[1,2,3]")), status: 400, words: ["x", "2"]),
        Case(name: "unknown datatype", body: request(input("[1,2]", datatype: "FP33")), status: 400, words: ["x", "FP33"]),
        Case(name: "another datatype", body: request(input("[1,2]", datatype: "INT64")), status: 400, words: ["x", "FP32"]),
        Case(name: "no inputs", body: "{}", status: 400, words: ["inputs"]),
        Case(name: "an empty list of inputs", body: #"{"inputs":[]}"#, status: 400, words: ["inputs"]),
        Case(name: "no JSON", body: #"{"inputs":["#, status: 400, words: ["expected"]),
        Case(name: "no body", status: 400, words: ["expected"]),
        Case(name: "an input that is none of the model's", body: request(input("[1,2]", name: "y")), status: 400, words: ["y"]),
        Case(name: "an input twice", body: request(input("[1,2]") + "," + input("[1,2]")), status: 400, words: ["x", "twice"]),
        Case(name: "a variable dimension", body: request(input("[1,2]", shape: "[-1,2]")), status: 400, words: ["x", "shape"]),
        Case(name: "another width", body: request(input("[1,2,3]", shape: "[1,3]")), status: 400, words: ["x", "shape"]),
        Case(name: "another rank", body: request(input("[1,2]", shape: "[2]")), status: 400, words: ["x", "shape"]),
        Case(name: "NaN", body: request(input("[NaN,1]")), status: 400, words: ["x", "element 0"]),
        Case(name: "Infinity", body: request(input("[1,Infinity]")), status: 400, words: ["x", "element 1"]),
        Case(name: "a number beyond the datatype", body: request(input("[1,1e39]")), status: 400, words: ["x", "element 1", "FP32"]),
        Case(name: "a text for a number", body: request(input(#"[1,"2"]"#)), status: 400, words: ["x", "element 1", "number"]),
        Case(name: "null for a number", body: request(input("[1,null]")), status: 400, words: ["x", "element 1", "number"]),
        Case(
            name: "UINT8 300", path: small, body: request(input("[300]", shape: "[1,1]", datatype: "UINT8", name: "b")), status: 400,
            words: ["b", "element 0", "0 to 255"]),
        Case(
            name: "UINT8 -1", path: small, body: request(input("[-1]", shape: "[1,1]", datatype: "UINT8", name: "b")), status: 400,
            words: ["b", "element 0", "0 to 255"]),
        Case(
            name: "INT64 beyond its range", path: large,
            body: request(input("[9223372036854775808]", shape: "[1,1]", datatype: "INT64", name: "n")), status: 400,
            words: ["n", "element 0"]),
        Case(
            name: "BF16 as JSON", body: request(input("[1,2]", datatype: "BF16")), status: 400, words: ["x", "BF16"]),
        Case(
            name: "an output twice", body: request(input("[1,2]"), more: #","outputs":[{"name":"x_out"},{"name":"x_out"}]"#), status: 400,
            words: ["x_out", "twice"]),
        Case(
            name: "an unknown output", body: request(input("[1,2]"), more: #","outputs":[{"name":"y_out"}]"#), status: 400,
            words: ["y_out"]),
        Case(
            name: "a header length beyond the body", headers: ["Inference-Header-Content-Length": "9999"], body: good, status: 400,
            words: ["Inference-Header-Content-Length"]),
        Case(
            name: "a header length that is no number", headers: ["Inference-Header-Content-Length": "ten"], body: good, status: 400,
            words: ["Inference-Header-Content-Length"]),
        Case(
            name: "a header length beyond 32 bits", headers: ["Inference-Header-Content-Length": "4294967296"], body: good, status: 400,
            words: ["Inference-Header-Content-Length"]),
        Case(
            name: "a header length below 0", headers: ["Inference-Header-Content-Length": "-1"], body: good, status: 400,
            words: ["Inference-Header-Content-Length"]),
        Case(name: "an unknown content encoding", headers: ["Content-Encoding": "br"], body: good, status: 415, words: ["br"]),
        Case(name: "a body that is not compressed as it says", headers: ["Content-Encoding": "gzip"], body: good, status: 400),
        Case(name: "the wrong verb", method: "GET", path: "/v2/models/echo/infer", status: 405),
        Case(name: "an unknown path", method: "GET", path: "/v2/models/echo/nothing", status: 404),
    ]

    @Test("what is sound is answered, what is a client's mistake is a 4xx that names the input and what was expected")
    func table() async throws {
        try await withInference { fixture in
            try await fixture.running(Self.models) { probe in
                for one in Self.taken + Self.refused {
                    let answer = try await probe.send(
                        one.method, one.path, token: Self.token, headers: one.headers,
                        body: one.method == "GET" ? nil : Array((one.body ?? "").utf8))
                    #expect(answer.status == one.status, "\(one): \(answer.status) \(answer.text)")
                    #expect(answer[header: "content-type"] == "application/json", "\(one)")
                    guard one.status >= 400 else { continue }
                    let error = answer.json["error"]?.stringValue ?? ""
                    #expect(!error.isEmpty && answer.json.objectValue?.count == 1, "\(one): \(answer.text)")
                    for word in one.words { #expect(error.contains(word), "\(one) does not name \(word): \(error)") }
                }
            }
        }
    }

    @Test("64-bit numbers are exact both ways, whatever their size")
    func exact() async throws {
        try await withInference { fixture in
            try await fixture.running(Self.models) { probe in
                let numbers: [Int64] = [.max, .min, 9_007_199_254_740_993, 0, -1]
                let data = numbers.map(String.init).joined(separator: ",")
                let body = Self.request(Self.input("[\(data)]", shape: "[5,1]", datatype: "INT64", name: "n"))
                let answer = try await probe.send("POST", Self.large, token: Self.token, json: body)

                #expect(answer.text.contains("[\(data)]"), "\(answer.text)")
            }
        }
    }

    @Test("binary tensors may hold what JSON cannot, and each row of the binary rules holds")
    func binary() async throws {
        try await withInference { fixture in
            try await fixture.running(Self.models) { probe in
                func send(_ header: String, _ blocks: [UInt8], length: Int? = nil) async throws -> ProbeAnswer {
                    try await probe.send(
                        "POST", "/v2/models/echo/infer", token: Self.token,
                        headers: ["Inference-Header-Content-Length": String(length ?? header.utf8.count)], body: Array(header.utf8) + blocks
                    )
                }
                func described(_ size: Int, more: String = "") -> String {
                    #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":\#(size)}}]\#(more)}"#
                }
                let values: [Float] = [.nan, .infinity]
                let bytes = values.withUnsafeBytes { Array($0) }

                let sound = try await send(described(8, more: #","parameters":{"binary_data_output":true}"#), bytes)
                #expect(sound.status == 200, "\(sound.text)")
                #expect(sound[header: "content-type"] == "application/octet-stream")
                let length = try #require(sound[header: "inference-header-content-length"].flatMap { Int($0) })
                #expect(Array(sound.body[length...]) == bytes, "NaN and infinity pass as bytes")

                let wrong: [(String, [UInt8], [String])] = [
                    (described(8), Array(bytes.prefix(7)), ["x", "8"]), (described(4), Array(bytes.prefix(4)), ["x", "4"]),
                    (described(8), bytes + [0], ["1 bytes"]), (described(Int.max), bytes, ["x"]),
                    (#"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":-1}}]}"#, bytes, ["x"]),
                    (
                        #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8},"data":[1,2]}]}"#,
                        bytes, ["x"]
                    ),
                ]
                for (header, blocks, words) in wrong {
                    let answer = try await send(header, blocks)
                    #expect(answer.status == 400, "\(header): \(answer.text)")
                    for word in words { #expect(answer.json["error"]?.stringValue?.contains(word) == true, "\(answer.text)") }
                }
            }
        }
    }

    @Test("a body of bytes alone is one row of a model with one input")
    func raw() async throws {
        try await withInference { fixture in
            try await fixture.running(Self.models) { probe in
                func send(_ model: String, _ bytes: [UInt8]) async throws -> ProbeAnswer {
                    try await probe.send(
                        "POST", "/v2/models/\(model)/infer", token: Self.token, headers: ["Inference-Header-Content-Length": "0"],
                        body: bytes)
                }
                let bytes = [Float(1), 2].withUnsafeBytes { Array($0) }
                let sound = try await send("echo", bytes)
                let length = try #require(sound[header: "inference-header-content-length"].flatMap { Int($0) }, "\(sound.text)")
                #expect(sound.status == 200)
                #expect(Array(sound.body[length...]) == bytes)

                let short = try await send("echo", Array(bytes.prefix(7)))
                #expect(short.status == 400 && short.text.contains("x"), "\(short.text)")
                let many = try await send("types", bytes)
                #expect(many.status == 400, "\(many.text)")
            }
        }
    }
}
