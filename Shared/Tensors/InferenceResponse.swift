import Contracts

/// An answer of the Open Inference Protocol.
public struct InferenceResponse: Sendable {
    public var modelName: String
    public var modelVersion: String
    public var id: String
    public var parameters: [String: JSONValue] = [:]
    /// Texts and whole numbers among the parameters, in the order they are written.
    public var texts: [(name: StaticString, value: String)] = []
    public var facts: [(name: StaticString, value: Int)] = []
    public var outputs: [Tensor]

    public init(modelName: String, modelVersion: String, id: String, parameters: [String: JSONValue] = [:], outputs: [Tensor]) {
        self.modelName = modelName
        self.modelVersion = modelVersion
        self.id = id
        self.parameters = parameters
        self.outputs = outputs
    }

    /// The body, and the length of its JSON when raw tensors follow it.
    public func encoded(for request: InferenceRequest) -> (body: [UInt8], headerLength: Int?) {
        var writer = JSONWriter(capacity: 512)
        let length = write(into: &writer, for: request)
        return (writer.bytes, length)
    }

    /// Writes the body behind what the writer holds; gives the length of its JSON when raw tensors follow it.
    ///
    /// - Parameter written: gets the index of each output that was written as JSON, and where its data stand in the writer.
    public func write(
        into writer: inout JSONWriter, for request: InferenceRequest, written: ((Int, Range<Int>) -> Void)? = nil
    ) -> Int? {
        let start = writer.count
        writer.raw("{\"model_name\":")
        writer.string(modelName)
        writer.raw(",\"model_version\":")
        writer.string(modelVersion)
        writer.raw(",\"id\":")
        writer.string(id)
        writeParameters(into: &writer)
        writer.raw(",\"outputs\":[")
        var rawSize = 0
        for (index, output) in outputs.enumerated() {
            if index > 0 { writer.raw(",") }
            if request.wantsBinary(output.name) {
                let size = output.binarySize
                writer.tensor(output, binarySize: size)
                rawSize += size
            } else {
                let data = writer.tensor(output)
                written?(index, data)
            }
        }
        writer.raw("]}")
        guard rawSize > 0 else { return nil }
        let length = writer.count - start
        for output in outputs where request.wantsBinary(output.name) { writer.binary(output) }
        return length
    }

    private func writeParameters(into writer: inout JSONWriter) {
        guard !parameters.isEmpty || !texts.isEmpty || !facts.isEmpty else { return }
        writer.raw(",\"parameters\":{")
        var isFirst = true
        for (name, value) in parameters.isEmpty ? [] : parameters.sorted(by: { $0.key < $1.key }) {
            if !isFirst { writer.raw(",") }
            isFirst = false
            writer.string(name)
            writer.raw(":")
            writer.value(value)
        }
        for (name, value) in texts {
            writer.raw(isFirst ? "\"" : ",\"")
            isFirst = false
            writer.raw(name)
            writer.raw("\":")
            writer.string(value)
        }
        for (name, value) in facts {
            writer.raw(isFirst ? "\"" : ",\"")
            isFirst = false
            writer.raw(name)
            writer.raw("\":")
            writer.integer(value)
        }
        writer.raw("}")
    }
}
