import Contracts

@testable import Tensors

/// A body as it comes from the network, and the header that says how much of it is JSON.
struct RequestCase {
    var body: [UInt8]
    var header: String?

    init(_ json: String, binary: [UInt8] = []) {
        body = Array(json.utf8) + binary
        header = binary.isEmpty ? nil : String(json.utf8.count)
    }

    /// A request as a client would write it again.
    ///
    /// - Parameter isBinary: whether the tensors are raw blocks; otherwise only what JSON cannot say is.
    init(_ request: InferenceRequest, isBinary: Bool) {
        var writer = JSONWriter()
        writer.raw("{")
        if let id = request.id {
            writer.raw("\"id\":")
            writer.string(id)
            writer.raw(",")
        }
        writer.raw("\"parameters\":")
        writer.value(.object(request.parameters))
        if let outputs = request.outputs {
            writer.raw(",\"outputs\":")
            writer.value(.array(outputs.map { .object(["name": .string($0.name), "parameters": .object($0.parameters)]) }))
        }
        writer.raw(",\"inputs\":[")
        for (index, tensor) in request.inputs.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.tensor(tensor, binarySize: isBinary || !tensor.isJSON ? tensor.binarySize : nil)
        }
        writer.raw("]}")
        header = String(writer.count)
        for tensor in request.inputs where isBinary || !tensor.isJSON { writer.binary(tensor) }
        body = writer.bytes
    }

    func parsed() throws(InferenceFault) -> InferenceRequest {
        try body.withUnsafeBufferPointer { bytes throws(InferenceFault) in
            try InferenceRequest(bytes, headerLength: header, interface: Self.interface, limit: Self.limit)
        }
    }

    static let limit = 1 << 20
    static let interface = Interface(
        inputs: [.init(name: "x", datatype: "FP32", shape: [-1, -1])], outputs: [.init(name: "y", datatype: "FP32", shape: [-1])])

    /// Requests of every form.
    static let seeds: [RequestCase] = [
        RequestCase(
            #"{"id":"a","inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1.5,-2e3],[0,0.123456]]}],"outputs":[{"name":"y"}],"parameters":{"k":null}}"#
        ),
        RequestCase(#"{"inputs":[{"data":["é","\u00e9\n",""],"datatype":"BYTES","name":"t","shape":[3,1]}],"model_name":"m"}"#),
        RequestCase(
            #"{"inputs":[{"name":"i","shape":[3],"datatype":"INT64","data":[9223372036854775807,-9223372036854775808,0]},{"name":"u","shape":[2],"datatype":"UINT8","data":[0, 255]},{"name":"b","shape":[2],"datatype":"BOOL","data":[true,0]}]}"#
        ),
        RequestCase(
            #"{"inputs":[{"name":"h","shape":[2],"datatype":"FP16","data":[0.5,65504]},{"name":"d","shape":[2,1],"datatype":"FP64","data":[[0.1],[2.2250738585072014e-308]]}],"id":null,"outputs":null,"parameters":null}"#
        ),
        RequestCase(
            #"{"inputs":[{"name":"a","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8}},{"name":"c","datatype":"BYTES","shape":[2],"parameters":{"binary_data_size":11}}],"parameters":{"binary_data_output":true}}"#,
            binary: [0, 0, 128, 63, 0, 0, 192, 127, 2, 0, 0, 0, 104, 105, 1, 0, 0, 0, 255]),
        RequestCase(
            #"{"outputs":[{"name":"y","parameters":{"binary_data":true,"classification":3}}],"inputs":[{"name":"w","datatype":"BF16","shape":[0,7],"parameters":{"binary_data_size":0}},{"name":"q","datatype":"UINT64","shape":[],"data":[18446744073709551615]}]}"#
        ),
    ]
}

extension Tensor {
    /// Whether JSON can say all of its elements.
    fileprivate var isJSON: Bool {
        switch datatype {
        case .bf16: false
        case .bytes: strings.allSatisfy { String(validating: $0, as: UTF8.self) != nil }
        default: doubles?.allSatisfy(\.isFinite) ?? false
        }
    }
}
