import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("Predictions that are kept", .serialized)
struct PredictionRecordTests {
    static func kept(_ fixture: InferenceFixture, _ count: Int) async throws -> [PredictionRecord] {
        try await eventually {
            let present = fixture.monitor.predictions.value.count
            return present >= count ? nil : "\(present) predictions"
        }
        return fixture.monitor.predictions.value
    }

    @Test("an answered request is kept with inputs, all outputs, context, version and team; a refused one is not")
    func whole() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                let body = """
                    {"inputs":[{"name":"source","datatype":"BYTES","shape":[2],"data":["a","b"]},
                               {"name":"pixels","datatype":"FP32","shape":[2,4],"data":[9,9,1,1,1,1,9,0.5]}],
                     "parameters":{"page":7},"outputs":[{"name":"p"}]}
                    """
                let bad = try await probe.send("POST", InferTests.path, token: InferTests.token, json: "{}")
                let answer = try await probe.send("POST", InferTests.path, token: InferTests.token, json: body)
                let record = try #require(try await Self.kept(fixture, 1).first)

                #expect(bad.status == 400)
                #expect(fixture.monitor.predictions.value.count == 1)
                #expect(record.requestId.description == answer[header: "x-request-id"])
                #expect(record.capability == "digits")
                #expect(record.version == 1)
                #expect(record.team == "documents")
                #expect(record.rows == 2)
                #expect(record.inputs["pixels"]?.arrayValue?.compactMap(\.doubleValue) == [9, 9, 1, 1, 1, 1, 9, 0.5])
                #expect(record.inputs["source"] == nil)
                #expect(record.outputs["label"]?.arrayValue?.compactMap(\.integerValue) == [10, 11])
                #expect(record.outputs["p"]?.arrayValue?.count == 4)
                #expect(record.context == ["source": ["a", "b"], "page": [7, 7]])
                #expect(!record.shadow)
                #expect(record.experiment == nil)
                #expect(record.microseconds > 0)
                #expect(abs(record.time.timeIntervalSinceNow) < 60)
            }
        }
    }

    @Test("a request in binary is kept as the same one in JSON is")
    func binary() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                let head =
                    #"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[2,4],"parameters":{"binary_data_size":32}}],"#
                    + #""parameters":{"binary_data_output":true}}"#
                let pixels: [Float] = [9, 9, 1, 1, 0.1, 1, 9, 0.5]
                let answer = try await probe.send(
                    "POST", InferTests.path, token: InferTests.token,
                    headers: ["inference-header-content-length": "\(head.utf8.count)", "content-type": "application/octet-stream"],
                    body: Array(head.utf8) + pixels.withUnsafeBytes { Array($0) })
                let json = try await probe.send(
                    "POST", InferTests.path, token: InferTests.token, json: SampleModel.request([[9, 9, 1, 1], [0.1, 1, 9, 0.5]]))
                let records = try await Self.kept(fixture, 2)

                #expect(answer.status == 200 && json.status == 200)
                #expect(answer[header: "inference-header-content-length"] != nil)
                let record = try #require(records.first { $0.requestId.description == answer[header: "x-request-id"] })
                let same = try #require(records.first { $0.requestId.description == json[header: "x-request-id"] })
                #expect(record.inputs["pixels"] == [9, 9, 1, 1, 0.1, 1, 9, 0.5])
                #expect(record.inputs == same.inputs)
                #expect(record.outputs == same.outputs)
                #expect(record.outputs["label"] == [10, 11])
            }
        }
    }

    @Test("what the router says of the experiment is kept, the unit as it was")
    func experiment() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                let headers = [
                    "x-mesh-experiment": "e1", "x-mesh-variant": "challenger", "x-mesh-unit": "ann%20%C3%BC%0D%0A", "x-mesh-role": "shadow",
                ]
                let answer = try await probe.send(
                    "POST", "/v2/models/digits/versions/2/infer", token: InferTests.token, headers: headers, json: SampleModel.request())
                let record = try #require(try await Self.kept(fixture, 1).first)

                #expect(answer.status == 200)
                #expect(record.version == 2)
                #expect(record.experiment == "e1")
                #expect(record.variant == "challenger")
                #expect(record.unit == "ann ü\r\n")
                #expect(record.shadow)
            }
        }
    }

    @Test("without an experiment the unit is what the client wrote")
    func unit() async throws {
        try await withInference { fixture in
            try await fixture.running { probe in
                _ = try await probe.send(
                    "POST", InferTests.path, token: InferTests.token, headers: ["x-mesh-unit": "50%25"], json: SampleModel.request())
                #expect(try await Self.kept(fixture, 1).first?.unit == "50%25")
            }
        }
    }

    @Test("what a service asks in its own name is no traffic, a copy for a challenger is, and a batch of any size keeps its rows")
    func services() async throws {
        try await InferQueueTests.serving(CapabilityManifest.Serving(log: .init(maximumBytes: 1 << 20))) { fixture, probe in
            let labeling = TestAuthority().service(.labeling)
            let scored = try await probe.send("POST", InferTests.path, token: labeling, json: SampleModel.request())
            let shadow = try await probe.send(
                "POST", InferTests.path, token: labeling, headers: ["x-mesh-role": "shadow"], json: SampleModel.request())
            let batch = [[Double]](repeating: [9, 9, 1, 1], count: 5_000)
            let large = try await probe.send("POST", InferTests.path, token: InferTests.token, json: SampleModel.request(batch))
            let records = try await Self.kept(fixture, 2)

            let statuses = [scored.status, shadow.status, large.status]
            #expect(statuses == [200, 200, 200])
            let kept = Dictionary(records.map { ($0.requestId.description, $0) }) { first, _ in first }
            #expect(kept.count == 2)
            #expect(kept[shadow[header: "x-request-id"] ?? ""]?.shadow == true)
            #expect(kept[large[header: "x-request-id"] ?? ""]?.inputs["pixels"]?.arrayValue?.count == 20_000)
        }
    }

    @Test("what the manifest says is redacted is not kept, and the share of requests whose inputs are is as it says")
    func policy() async throws {
        let redacted = CapabilityManifest.Serving(log: .init(redact: ["pixels"]))
        try await InferQueueTests.serving(redacted) { fixture, probe in
            _ = try await probe.send("POST", InferTests.path, token: InferTests.token, json: SampleModel.request())
            let record = try #require(try await Self.kept(fixture, 1).first)
            #expect(record.inputs.isEmpty)
            #expect(record.outputs["label"] == [10])
        }
        try await InferQueueTests.serving(CapabilityManifest.Serving(log: .init(sample: 0.5))) { fixture, probe in
            for _ in 0..<60 { _ = try await probe.send("POST", InferTests.path, token: InferTests.token, json: SampleModel.request()) }
            let records = try await Self.kept(fixture, 60)
            for record in records { #expect(record.inputs.isEmpty != PredictionLog.samples(record.requestId, 0.5)) }
            #expect((10...50).contains(records.filter { !$0.inputs.isEmpty }.count))
        }
    }

    @Test("every answer of a loaded service is kept once, over a restart too")
    func all() async throws {
        try await withInference { fixture in
            let ids = Recorder<[String]>([])
            for _ in 0..<2 {
                try await fixture.running { probe in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<4 {
                            group.addTask {
                                for _ in 0..<25 {
                                    let answer = try await probe.send(
                                        "POST", InferTests.path, token: InferTests.token, json: SampleModel.request())
                                    let id = answer[header: "x-request-id"] ?? ""
                                    ids.change { $0.append(id) }
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            }
            let kept = try await Self.kept(fixture, 200).map(\.requestId.description)

            #expect(kept.sorted() == ids.value.sorted())
        }
    }
}
