import Contracts

/// Reads one tensor of a request. Numbers go straight into the tensor's memory.
enum TensorParser {
    static func parse(_ reader: inout JSONReader, _ raw: inout BinaryBlocks) throws(InferenceFault) -> Tensor {
        var name: String?
        var datatype: Datatype?
        var shape: [Int]?
        var binarySize: Int?
        var data: DataReader?
        var dataPosition: Int?
        try reader.object(
            { (reader: inout JSONReader, key) throws(InferenceFault) in
                let label = name ?? "without a name"
                switch key {
                case "name": name = try InferenceRequest.wrapped { () throws(JSONFault) in try reader.string() }
                case "datatype":
                    let text = try InferenceRequest.wrapped { () throws(JSONFault) in try reader.string() }
                    guard let known = Datatype(rawValue: text) else {
                        throw InferenceFault("input \(label) has the datatype \(text.prefix(40)), which is none of the protocol")
                    }
                    datatype = known
                case "shape": shape = try Self.shape(&reader, of: label)
                case "parameters": binarySize = try Self.binarySize(&reader, of: label) ?? binarySize
                case "data":
                    dataPosition = reader.position
                    if let datatype, let shape {
                        var values = DataReader(datatype: datatype, name: label, expected: try Self.count(shape, in: reader, of: label))
                        try values.read(&reader)
                        data = values
                    } else {
                        try InferenceRequest.wrapped { () throws(JSONFault) in try reader.skip() }
                    }
                default: try InferenceRequest.wrapped { () throws(JSONFault) in try reader.skip() }
                }
            }, onFault: { InferenceFault($0) })
        guard let name, !name.isEmpty else { throw InferenceFault("each of inputs must have a name") }
        guard let datatype else { throw InferenceFault("input \(name) must have a datatype") }
        guard let shape else { throw InferenceFault("input \(name) must have a shape") }
        if let binarySize {
            guard dataPosition == nil else { throw InferenceFault("input \(name) has both data and binary_data_size") }
            return try binary(name, datatype, shape, binarySize, &raw)
        }
        guard let dataPosition else { throw InferenceFault("input \(name) must have data") }
        guard datatype != .bf16 else { throw InferenceFault("input \(name): BF16 comes as binary data only") }
        if let data { return try data.tensor(name, shape) }
        // The data came before the datatype or the shape: it is read now that both are known.
        var again = reader
        again.position = dataPosition
        var values = DataReader(datatype: datatype, name: name, expected: try count(shape, in: reader, of: name))
        try values.read(&again)
        return try values.tensor(name, shape)
    }

    /// The size that the parameters give for raw data; nil when they give none.
    private static func binarySize(_ reader: inout JSONReader, of name: String) throws(InferenceFault) -> Int? {
        let value = try InferenceRequest.wrapped { () throws(JSONFault) in try reader.value() }
        guard let size = value["binary_data_size"] else { return nil }
        guard let count = size.integerValue, count >= 0 else {
            throw InferenceFault("binary_data_size of input \(name) must be a whole number")
        }
        return Int(count)
    }

    private static func shape(_ reader: inout JSONReader, of name: String) throws(InferenceFault) -> [Int] {
        var shape: [Int] = []
        try reader.array(
            { (reader: inout JSONReader) throws(InferenceFault) in
                let number = try InferenceRequest.wrapped { () throws(JSONFault) in try reader.number() }
                guard let size = number.integer(as: Int.self), size >= 0 else {
                    throw InferenceFault("shape of input \(name) must hold whole numbers, 0 or more")
                }
                shape.append(size)
            }, onFault: { InferenceFault($0) })
        guard shape.count <= 32 else { throw InferenceFault("shape of input \(name) has more than 32 dimensions") }
        return shape
    }

    /// How many elements a shape holds; refused when the body could not hold them.
    private static func count(_ shape: [Int], in reader: JSONReader, of name: String) throws(InferenceFault) -> Int {
        guard let count = product(shape), count <= reader.bytes.count else {
            throw InferenceFault("input \(name) has fewer elements than its shape \(shape) says")
        }
        return count
    }

    static func product(_ shape: [Int]) -> Int? {
        var product = 1
        for size in shape {
            let (next, overflows) = product.multipliedReportingOverflow(by: size)
            if overflows { return nil }
            product = next
        }
        return product
    }

    private static func binary(
        _ name: String, _ datatype: Datatype, _ shape: [Int], _ size: Int, _ raw: inout BinaryBlocks
    ) throws(InferenceFault) -> Tensor {
        guard let bytes = raw.take(size) else {
            throw InferenceFault("input \(name) says binary_data_size \(size), and fewer bytes follow")
        }
        guard let count = product(shape) else { throw InferenceFault("shape \(shape) of input \(name) is too large") }
        if let element = datatype.size {
            guard count.multipliedReportingOverflow(by: element) == (size, false) else {
                throw InferenceFault(
                    "input \(name) of shape \(shape) and datatype \(datatype.rawValue) takes \(count) x \(element) bytes, not \(size)")
            }
            return Tensor(name: name, datatype: datatype, shape: shape, raw: bytes)
        }
        var strings: [[UInt8]] = []
        var position = 0
        while position < bytes.count {
            guard position + 4 <= bytes.count else { throw InferenceFault("input \(name): a length of a BYTES element is cut off") }
            let length = (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
            guard position + 4 + length <= bytes.count else { throw InferenceFault("input \(name): a BYTES element is cut off") }
            strings.append(Array(bytes[(position + 4)..<(position + 4 + length)]))
            position += 4 + length
        }
        guard strings.count == count else {
            throw InferenceFault("input \(name) of shape \(shape) takes \(count) elements, not \(strings.count)")
        }
        return Tensor(name: name, shape: shape, strings: strings)
    }
}
