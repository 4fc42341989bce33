import Contracts

/// An answer of the Open Inference Protocol.
public struct InferenceResponse: Sendable {
    public var modelName: String
    public var modelVersion: String
    public var id: String
    public var parameters: [String: JSONValue] = [:]
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
        let wishes = Dictionary((request.outputs ?? []).map { ($0.name, $0.isBinary) }) { first, _ in first }
        func isBinary(_ output: Tensor) -> Bool { (wishes[output.name] ?? nil) ?? request.wantsBinary }
        var writer = JSONWriter(capacity: 128 + outputs.reduce(0) { $0 + $1.raw.count * 3 })
        writer.raw("{\"model_name\":")
        writer.string(modelName)
        writer.raw(",\"model_version\":")
        writer.string(modelVersion)
        writer.raw(",\"id\":")
        writer.string(id)
        if !parameters.isEmpty {
            writer.raw(",\"parameters\":")
            writer.value(.object(parameters))
        }
        writer.raw(",\"outputs\":[")
        var blocks: [UInt8] = []
        for (index, output) in outputs.enumerated() {
            if index > 0 { writer.raw(",") }
            let block = isBinary(output) ? output.binaryBlock : nil
            writer.tensor(output, binarySize: block?.count)
            if let block { blocks += block }
        }
        writer.raw("]}")
        let header = writer.bytes
        return blocks.isEmpty ? (header, nil) : (header + blocks, header.count)
    }
}

extension Tensor {
    /// The elements as the binary extension sends them.
    public var binaryBlock: [UInt8] {
        guard datatype == .bytes else { return raw }
        return strings.reduce(into: []) { block, element in
            withUnsafeBytes(of: UInt32(element.count).littleEndian) { block.append(contentsOf: $0) }
            block += element
        }
    }
}

extension JSONWriter {
    /// A tensor as the protocol writes it; with a binary size its data follows elsewhere.
    public mutating func tensor(_ tensor: Tensor, binarySize: Int? = nil) {
        raw("{\"name\":")
        string(tensor.name)
        raw(",\"datatype\":\"")
        raw(Array(tensor.datatype.rawValue.utf8))
        raw("\",\"shape\":[")
        for (index, size) in tensor.shape.enumerated() {
            if index > 0 { raw(",") }
            integer(size)
        }
        if let binarySize {
            raw("],\"parameters\":{\"binary_data_size\":")
            integer(binarySize)
            raw("}}")
        } else {
            raw("],\"data\":")
            elements(of: tensor)
            raw("}")
        }
    }

    /// The elements of a tensor as a flat array.
    public mutating func elements(of tensor: Tensor) {
        raw("[")
        switch tensor.datatype {
        case .fp32: list(tensor, as: Float.self) { $0.float($1) }
        case .fp64: list(tensor, as: Double.self) { $0.double($1) }
        case .fp16, .bf16: list(tensor.doubles ?? []) { $0.double($1) }
        case .int64: list(tensor, as: Int64.self) { $0.integer($1) }
        case .int32: list(tensor, as: Int32.self) { $0.integer($1) }
        case .int16: list(tensor, as: Int16.self) { $0.integer($1) }
        case .int8: list(tensor, as: Int8.self) { $0.integer($1) }
        case .uint64: list(tensor, as: UInt64.self) { $0.integer($1) }
        case .uint32: list(tensor, as: UInt32.self) { $0.integer($1) }
        case .uint16: list(tensor, as: UInt16.self) { $0.integer($1) }
        case .uint8: list(tensor, as: UInt8.self) { $0.integer($1) }
        case .bool: list(tensor, as: UInt8.self) { $1 == 0 ? $0.raw("false") : $0.raw("true") }
        case .bytes:
            list(tensor.strings) { writer, element in
                // JSON holds text only: bytes that are none are shown as U+FFFD; whoever needs them asks for binary data.
                writer.string(String(decoding: element, as: UTF8.self))
            }
        }
        raw("]")
    }

    private mutating func list<T: BitwiseCopyable>(_ tensor: Tensor, as type: T.Type, _ write: (inout JSONWriter, T) -> Void) {
        tensor.raw.withUnsafeBytes { bytes in
            for index in 0..<tensor.count {
                if index > 0 { raw(",") }
                write(&self, bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: type))
            }
        }
    }

    private mutating func list<T>(_ values: [T], _ write: (inout JSONWriter, T) -> Void) {
        for (index, value) in values.enumerated() {
            if index > 0 { raw(",") }
            write(&self, value)
        }
    }
}
