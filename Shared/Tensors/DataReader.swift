/// Reads the elements of one tensor, nested or flat, into memory of its datatype.
struct DataReader {
    let datatype: Datatype
    let name: String
    let expected: Int
    private(set) var raw: [UInt8] = []
    private(set) var strings: [[UInt8]] = []
    private var count = 0

    init(datatype: Datatype, name: String, expected: Int) {
        self.datatype = datatype
        self.name = name
        self.expected = expected
        if let size = datatype.size { raw.reserveCapacity(expected * size) }
    }

    mutating func read(_ reader: inout JSONReader) throws(InferenceFault) {
        try reader.array(
            { (reader: inout JSONReader) throws(InferenceFault) in
                if reader.peek() == UInt8(ascii: "[") {
                    try self.read(&reader)
                } else {
                    try self.element(&reader)
                }
            }, onFault: { InferenceFault("input \(self.name): \($0)") })
    }

    func tensor(_ name: String, _ shape: [Int]) throws(InferenceFault) -> Tensor {
        guard count == expected else {
            throw InferenceFault("input \(name) of shape \(shape) takes \(expected) elements, not \(count)")
        }
        return datatype == .bytes
            ? Tensor(name: name, shape: shape, strings: strings) : Tensor(name: name, datatype: datatype, shape: shape, raw: raw)
    }

    @inline(__always)
    private mutating func element(_ reader: inout JSONReader) throws(InferenceFault) {
        count += 1
        guard count <= expected else { throw InferenceFault("input \(name) has more elements than its shape says, \(expected)") }
        do throws(JSONFault) {
            switch datatype {
            case .fp32: append(try finite(try reader.number().float(in: reader.bytes), reader))
            case .fp64: append(try finite(try reader.number().double(in: reader.bytes), reader))
            case .fp16, .bf16: append(try half(&reader))
            case .bytes: strings.append(try reader.stringBytes())
            case .bool: append(try bool(&reader))
            default: try integer(&reader)
            }
        } catch { throw InferenceFault("input \(name), element \(count - 1): \(error)") }
    }

    /// A number that is beyond the datatype's range is refused: the model would see an infinity that nobody sent.
    @inline(__always)
    private func finite<T: BinaryFloatingPoint>(_ value: T, _ reader: JSONReader) throws(JSONFault) -> T {
        guard value.isFinite else { throw reader.fault("expected a number within the range of \(datatype.rawValue)") }
        return value
    }

    private func half(_ reader: inout JSONReader) throws(JSONFault) -> UInt16 {
        let bits = HalfFloat.bits(try reader.number().double(in: reader.bytes))
        _ = try finite(HalfFloat.float(bits: bits), reader)
        return bits
    }

    private func bool(_ reader: inout JSONReader) throws(JSONFault) -> UInt8 {
        let next = reader.peek()
        if next == UInt8(ascii: "0") || next == UInt8(ascii: "1") {
            guard let value = try reader.number().integer(as: UInt8.self), value <= 1 else { throw reader.fault("expected true or false") }
            return value
        }
        return try reader.bool() ? 1 : 0
    }

    private mutating func integer(_ reader: inout JSONReader) throws(JSONFault) {
        let number = try reader.number()
        switch datatype {
        case .uint8: append(try fit(number, UInt8.self, reader))
        case .uint16: append(try fit(number, UInt16.self, reader))
        case .uint32: append(try fit(number, UInt32.self, reader))
        case .uint64: append(try fit(number, UInt64.self, reader))
        case .int8: append(try fit(number, Int8.self, reader))
        case .int16: append(try fit(number, Int16.self, reader))
        case .int32: append(try fit(number, Int32.self, reader))
        default: append(try fit(number, Int64.self, reader))
        }
    }

    private func fit<T: FixedWidthInteger>(_ number: ScannedNumber, _ type: T.Type, _ reader: JSONReader) throws(JSONFault) -> T {
        guard let value = number.integer(as: type) else {
            throw reader.fault("expected a whole number from \(T.min) to \(T.max)")
        }
        return value
    }

    @inline(__always)
    private mutating func append<T: BitwiseCopyable>(_ value: T) {
        withUnsafeBytes(of: value) { raw.append(contentsOf: $0) }
    }
}
