import Contracts
import Testing

@testable import InferenceService

@Suite("Model configuration")
struct ModelConfigurationTests {
    static let interface = Interface(
        inputs: [.init(name: "pixels", datatype: "FP32", shape: [-1, 64]), .init(name: "text", datatype: "BYTES", shape: [-1])],
        outputs: [.init(name: "label", datatype: "INT64", shape: [-1])], context: [.init(name: "source", datatype: "BYTES")])

    @Test("of a model whose requests are not merged, dimensions say the batch too and the largest batch is 0")
    func unmerged() {
        let json = ModelConfiguration(name: "digits", interface: Self.interface, instances: 2).json

        #expect(json["name"] == "digits")
        #expect(json["platform"] == "onnx_onnxv1")
        #expect(json["backend"] == "onnxruntime")
        #expect(json["max_batch_size"] == 0)
        #expect(
            json["input"] == [
                ["name": "pixels", "data_type": "TYPE_FP32", "dims": [-1, 64]], ["name": "text", "data_type": "TYPE_STRING", "dims": [-1]],
                ["name": "source", "data_type": "TYPE_STRING", "dims": [-1], "optional": true],
            ])
        #expect(json["output"] == [["name": "label", "data_type": "TYPE_INT64", "dims": [-1]]])
        #expect(json["instance_group"] == [["name": "digits", "kind": "KIND_CPU", "count": 2]])
        #expect(json["version_policy"] == ["all": [:]])
        #expect(json["parameters"]?["intra_op_thread_count"] == ["string_value": "1"])
        #expect(json["dynamic_batching"] == nil)
        #expect(json["response_cache"] == nil)
    }

    @Test("of a model whose requests are merged, dimensions are those of a row")
    func merged() {
        let serving = CapabilityManifest.Serving(
            batching: .init(maximumRows: 32, maximumDelayMicroseconds: 500, preferredRows: [8, 16]), threads: 4, cacheBytes: 1024)
        let json = ModelConfiguration(name: "digits", interface: Self.interface, settings: ModelSettings(serving)).json

        #expect(json["max_batch_size"] == 32)
        #expect(json["input"]?.arrayValue?.map { $0["dims"] } == [[64], [], []])
        #expect(json["output"]?.arrayValue?.map { $0["dims"] } == [[]])
        #expect(json["dynamic_batching"] == ["preferred_batch_size": [8, 16], "max_queue_delay_microseconds": 500])
        #expect(json["parameters"]?["intra_op_thread_count"] == ["string_value": "4"])
        #expect(json["response_cache"] == ["enable": true])
    }

    @Test("a tensor without a batch dimension keeps a model from being one whose requests are merged")
    func fixedBatch() {
        let interface = Interface(
            inputs: [.init(name: "image", datatype: "FP32", shape: [1, 3])], outputs: [.init(name: "p", datatype: "FP32", shape: [1, 2])])
        let serving = CapabilityManifest.Serving(batching: .init(maximumRows: 32, maximumDelayMicroseconds: 500))
        let json = ModelConfiguration(name: "fixed", interface: interface, settings: ModelSettings(serving)).json

        #expect(json["max_batch_size"] == 0)
        #expect(json["input"]?.arrayValue?.first?["dims"] == [1, 3])
        #expect(json["dynamic_batching"] == nil)
    }

    @Test("it says who chose the batching, and what a merged row cost where that was measured")
    func choice() {
        func parameters(_ choice: BatchingChoice) -> JSONValue? {
            ModelConfiguration(name: "digits", interface: Self.interface, chosen: choice).json["parameters"]
        }
        #expect(parameters(.declared)?["dynamic_batching_by"] == ["string_value": "declaration"])
        #expect(parameters(.declared)?["merged_row_cost"] == nil)
        #expect(parameters(.measured(0.316))?["dynamic_batching_by"] == ["string_value": "measurement"])
        #expect(parameters(.measured(0.316))?["merged_row_cost"] == ["string_value": "0.31"])
        #expect(parameters(.measured(nil))?["merged_row_cost"] == nil)
        #expect(parameters(.unmeasured)?["dynamic_batching_by"] == ["string_value": "measurement at load"])
    }
}
