import Contracts
import Foundation
import ONNX
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("POST /v2/models/{model}/explain")
struct ExplainTests {
    static let path = "/v2/models/digits/explain"

    static func request(_ rows: [[Double]], _ parameters: String = "{}", more: String = "") -> String {
        SampleModel.request(rows, more: #","id":"mine","parameters":\#(parameters)\#(more)"#)
    }

    static func tensor(_ answer: ProbeAnswer, _ name: String) -> (shape: [Int], data: [Double])? {
        guard let output = answer.json["outputs"]?.arrayValue?.first(where: { $0["name"]?.stringValue == name }) else { return nil }
        return (
            output["shape"]?.arrayValue?.compactMap { $0.integerValue.map { Int($0) } } ?? [],
            output["data"]?.arrayValue?.compactMap(\.doubleValue) ?? []
        )
    }

    @Test("a linear model's margin is explained exactly, with every fact that judges the answer")
    func linear() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                let answer = try await probe.send(
                    "POST", Self.path, token: InferenceFixture.engineer, json: Self.request([[9, 7, 1, 0.5], [1, 1, 8, 8]]))

                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer.json["model_version"] == "1" && answer.json["id"] == "mine")
                // The margins are x0 + x1 and x2 + x3; each row's larger one is explained.
                let attributions = try #require(Self.tensor(answer, "pixels"))
                #expect(attributions.shape == [2, 4])
                #expect(attributions.data == [9, 7, 0, 0, 0, 0, 8, 8])
                #expect(Self.tensor(answer, "base_value")?.data == [0, 0])
                #expect(Self.tensor(answer, "explained_value")?.data == [16, 16])
                #expect(Self.tensor(answer, "additivity_residual")?.data == [0, 0])
                #expect(Self.tensor(answer, "target")?.data == [0, 1])
                let facts = answer.json["parameters"]
                #expect(facts?["method"] == "linear" && facts?["exact"] == true && facts?["output"] == "p" && facts?["space"] == "margin")
                #expect(facts?["link"] == "softmax" && facts?["evaluations"] == 2)
                #expect(try #require(facts?["model_residual"]?.doubleValue) < 1e-5)
            }
        }
    }

    @Test("the same model with no look at its structure: all coalitions, sampled ones, occlusion, against a background")
    func methods() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                func explain(_ parameters: String) async throws -> ProbeAnswer {
                    try await probe.send(
                        "POST", Self.path, token: InferenceFixture.engineer, json: Self.request([[1, 0.5, 0.25, 0]], parameters))
                }

                let exact = try await explain(#"{"method":"exact","target":0,"background":[[0,0,0,0],[0.5,0,0.5,1]]}"#)
                let kernel = try await explain(
                    #"{"method":"kernel","target":0,"samples":40,"seed":3,"background":[[0,0,0,0],[0.5,0,0.5,1]]}"#)
                let occlusion = try await explain(#"{"method":"occlusion","target":0}"#)

                #expect(exact.status == 200, "\(exact.text)")
                let values = try #require(Self.tensor(exact, "pixels")?.data)
                // 16 coalitions over two background rows, and the row itself.
                #expect(exact.json["parameters"]?["evaluations"] == 33)
                #expect(exact.json["parameters"]?["space"] == "output")
                func p(_ x: [Double]) -> Double { 1 / (1 + exp(x[2] + x[3] - x[0] - x[1])) }
                let base = (p([0, 0, 0, 0]) + p([0.5, 0, 0.5, 1])) / 2
                #expect(abs(values.reduce(base, +) - p([1, 0.5, 0.25, 0])) < 1e-6)
                #expect(abs((exact.json["parameters"]?["base_value"]?.doubleValue ?? 0) - base) < 1e-6)
                // Four elements: the sampled design takes every coalition, so both are the same.
                let sampled = try #require(Self.tensor(kernel, "pixels")?.data)
                for (one, other) in zip(sampled, values) { #expect(abs(one - other) < 1e-5) }
                let occluded = try #require(Self.tensor(occlusion, "pixels")?.data)
                #expect(abs(occluded[0] - (p([1, 0.5, 0.25, 0]) - p([0, 0.5, 0.25, 0]))) < 1e-6)
                #expect(occlusion.json["parameters"]?["exact"] == false)
            }
        }
    }

    @Test("an output that is asked for comes alone, as raw bytes when wanted; versions and aliases are explained too")
    func outputs() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                let json = Self.request([[9, 7, 1, 0]], more: #","outputs":[{"name":"pixels","parameters":{"binary_data":true}}]"#)
                for version in ["2", "champion"] {
                    let answer = try await probe.send(
                        "POST", "/v2/models/digits/versions/\(version)/explain", token: InferenceFixture.engineer, json: json)

                    #expect(answer.status == 200)
                    let length = try #require(answer.headers.first { $0.name.lowercased() == "inference-header-content-length" })
                    let raw = Array(answer.body.dropFirst(try #require(Int(length.value))))
                    let values = raw.withUnsafeBytes { bytes in
                        (0..<4).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
                    }
                    #expect(values == [9, 7, 0, 0])
                }
            }
        }
    }

    @Test("mistakes are answered with 4xx and the parameter's name")
    func refusals() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                func fault(_ parameters: String, rows: [[Double]] = [[1, 2, 3, 4]], more: String = "") async throws -> (Int, String) {
                    let answer = try await probe.send(
                        "POST", Self.path, token: InferenceFixture.engineer, json: Self.request(rows, parameters, more: more))
                    return (answer.status, answer.json["error"]?.stringValue ?? "")
                }

                let cases = [
                    (#"{"method":"magic"}"#, "method"), (#"{"method":"tree"}"#, "method tree"), (#"{"output":"q"}"#, "output"),
                    (#"{"target":2}"#, "target"), (#"{"target":-1}"#, "target"), (#"{"samples":0}"#, "samples"),
                    (#"{"samples":1e9}"#, "samples"), (#"{"method":"kernel","samples":3}"#, "samples"), (#"{"seed":"x"}"#, "seed"),
                    (#"{"background":[1,2]}"#, "background"), (#"{"background":"mean"}"#, "background"), (#"{"inputs":"q"}"#, "inputs"),
                    (#"{"patch":0}"#, "patch"),
                ]
                for (parameters, name) in cases {
                    let (status, text) = try await fault(parameters)
                    #expect(status == 400 || status == 422, "\(parameters): \(status)")
                    #expect(text.contains(name), "\(parameters): \(text)")
                }
                let many = try await fault("{}", rows: [[Double]](repeating: [1, 2, 3, 4], count: 65))
                #expect(many.1.contains("at most 64 rows"))
                #expect(try await fault("{}", rows: [[1, 2, 3, 17]]).1.contains("pixels"))
                #expect(try await fault("{}", more: #","outputs":[{"name":"label"}]"#).1.contains("label"))
                let other = TestAuthority().key("9", roles: [.engineer], team: "strangers")
                let denied = try await probe.send("POST", Self.path, token: other, json: Self.request([[1, 2, 3, 4]]))
                #expect(denied.status == 403)
                let unknown = try await probe.send(
                    "POST", "/v2/models/none/explain", token: InferenceFixture.engineer, json: Self.request([[1, 2, 3, 4]]))
                #expect(unknown.status == 404)
            }
        }
    }
}
