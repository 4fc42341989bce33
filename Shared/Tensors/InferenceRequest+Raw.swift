import Contracts

extension InferenceRequest {
    /// A body that is nothing but the bytes of the model's one input: one row, at most one more size that is variable, and answered
    /// in raw bytes. A BYTES input holds one element, which is the body.
    static func raw(_ body: UnsafeRawBufferPointer, _ interface: Interface?, limit: Int) throws(InferenceFault) -> InferenceRequest {
        guard let interface else {
            throw InferenceFault("Inference-Header-Content-Length of 0 is not taken here: describe the tensor in JSON")
        }
        guard interface.inputs.count == 1, let field = interface.inputs.first, let datatype = Datatype(rawValue: field.datatype) else {
            throw InferenceFault("a body without JSON is for models of one input; the inputs are \(interface.inputNames)")
        }
        guard body.count <= limit else { throw InferenceFault("input \(field.name) takes more than \(limit) bytes", isTooLarge: true) }
        let tensor = datatype == .bytes ? try text(body, field) : try numbers(body, field, datatype)
        return InferenceRequest(inputs: [tensor], parameters: ["binary_data_output": true])
    }

    private static func text(_ body: UnsafeRawBufferPointer, _ field: Interface.Field) throws(InferenceFault) -> Tensor {
        guard field.shape.allSatisfy({ abs($0) == 1 }) else {
            throw InferenceFault("input \(field.name) of shape \(field.shape) takes more than one element: describe the tensor in JSON")
        }
        return Tensor(name: field.name, shape: field.shape.map { abs($0) }, block: body, offsets: [0])
    }

    private static func numbers(
        _ body: UnsafeRawBufferPointer, _ field: Interface.Field, _ datatype: Datatype
    ) throws(InferenceFault) -> Tensor {
        var shape = field.shape
        if shape.first == -1 { shape[0] = 1 }
        let variable = shape.indices.filter { shape[$0] < 0 }
        guard variable.count <= 1 else {
            throw InferenceFault("input \(field.name) of shape \(field.shape) has several variable sizes: describe the tensor in JSON")
        }
        let size = datatype.size ?? 1
        let fixed = TensorParser.product(shape.map { max($0, $0 < 0 ? 1 : 0) })
        if let index = variable.first, let fixed, fixed > 0 { shape[index] = body.count / size / fixed }
        guard let fixed, let count = TensorParser.product(shape.map { max($0, 0) }), fixed > 0,
            count.multipliedReportingOverflow(by: size) == (body.count, false)
        else {
            throw InferenceFault(
                "one row of input \(field.name), shape \(field.shape), takes elements of \(size) bytes; the body has \(body.count) bytes")
        }
        var blocks = BinaryBlocks(body)
        return try blocks.tensor(field.name, datatype, shape, size: body.count)
    }
}

extension Interface {
    /// The inputs' names, for messages.
    var inputNames: String { inputs.map(\.name).joined(separator: ", ") }
}
