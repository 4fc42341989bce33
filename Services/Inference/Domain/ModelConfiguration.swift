import Contracts

/// A model's configuration in the words of Triton's `ModelConfig` (triton-inference-server/common, `protobuf/model_config.proto`), as JSON.
///
/// Only members that are true of this server are there.
struct ModelConfiguration: Sendable {
    let name: String
    let interface: Interface
    var settings = ModelSettings()
    /// Requests of the model that run at once.
    var instances = 1
    /// Who says which requests are merged.
    var chosen = BatchingChoice.declared

    /// Most rows of one run where requests are merged; nil where they are not.
    private var batching: ModelSettings.Batching? {
        guard let batching = settings.batching, batching.maximumRows > 1 else { return nil }
        return (interface.inputs + interface.outputs).allSatisfy { $0.shape.first == -1 } ? batching : nil
    }

    var json: JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(name), "platform": "onnx_onnxv1", "backend": "onnxruntime",
            "version_policy": ["all": [:]],
            // Of a model whose requests are not merged the dimensions say it all, as in Triton.
            "max_batch_size": .integer(Int64(batching?.maximumRows ?? 0)),
            "input": .array(interface.inputs.map { tensor($0) } + (interface.context ?? []).map { context($0) }),
            "output": .array(interface.outputs.map { tensor($0) }),
            "instance_group": [["name": .string(name), "kind": "KIND_CPU", "count": .integer(Int64(instances))]],
            "parameters": .object(parameters.mapValues { ["string_value": .string($0)] }),
        ]
        if let batching { members["dynamic_batching"] = Self.dynamicBatching(batching) }
        if settings.cacheBytes > 0 { members["response_cache"] = ["enable": true] }
        return .object(members)
    }

    /// Named as Triton's backend for ONNX Runtime names them.
    private var parameters: [String: String] {
        var parameters = [
            "intra_op_thread_count": String(settings.threads), "inter_op_thread_count": "1", "execution_provider": settings.provider,
            "dynamic_batching_by": chosen.name,
        ]
        if case .measured(let cost?) = chosen { parameters["merged_row_cost"] = "\(Double(Int(cost * 100)) / 100)" }
        return parameters
    }

    private func tensor(_ field: Interface.Field) -> JSONValue {
        let shape = batching == nil ? field.shape : Array(field.shape.dropFirst())
        return [
            "name": .string(field.name), "data_type": .string(Self.dataType(field.datatype)),
            "dims": .array(shape.map { .integer(Int64($0)) }),
        ]
    }

    /// A value of each row that the model is not fed with: a client may leave it out.
    private func context(_ field: Interface.ContextField) -> JSONValue {
        [
            "name": .string(field.name), "data_type": .string(Self.dataType(field.datatype)),
            "dims": batching == nil ? [-1] : [], "optional": true,
        ]
    }

    private static func dynamicBatching(_ batching: ModelSettings.Batching) -> JSONValue {
        [
            "preferred_batch_size": .array(batching.preferredRows.map { .integer(Int64($0)) }),
            "max_queue_delay_microseconds": .integer(Int64(batching.maximumDelay / .microseconds(1))),
        ]
    }

    /// `FP32` is `TYPE_FP32`, and `BYTES` is `TYPE_STRING`.
    static func dataType(_ datatype: String) -> String {
        datatype == "BYTES" ? "TYPE_STRING" : "TYPE_" + datatype
    }
}
