/// An element as JSON has it, read into memory of its datatype.
protocol JSONElement: BitwiseCopyable {
    static func read(_ reader: inout JSONReader) throws(JSONFault) -> Self
}

extension JSONElement where Self: FixedWidthInteger {
    @inline(__always)
    static func read(_ reader: inout JSONReader) throws(JSONFault) -> Self {
        guard let value = try reader.number().integer(as: Self.self) else {
            throw reader.fault("expected a whole number from \(Self.min) to \(Self.max)")
        }
        return value
    }
}

extension UInt8: JSONElement {}
extension UInt16: JSONElement {}
extension UInt32: JSONElement {}
extension UInt64: JSONElement {}
extension Int8: JSONElement {}
extension Int16: JSONElement {}
extension Int32: JSONElement {}
extension Int64: JSONElement {}

extension Float: JSONElement {
    @inline(__always)
    static func read(_ reader: inout JSONReader) throws(JSONFault) -> Float {
        let value = try reader.number().float(in: reader.bytes)
        guard value.isFinite else { throw reader.beyond("FP32") }
        return value
    }
}

extension Double: JSONElement {
    @inline(__always)
    static func read(_ reader: inout JSONReader) throws(JSONFault) -> Double {
        let value = try reader.number().double(in: reader.bytes)
        guard value.isFinite else { throw reader.beyond("FP64") }
        return value
    }
}

/// The bits of an FP16 element.
struct HalfElement: JSONElement {
    let bits: UInt16

    static func read(_ reader: inout JSONReader) throws(JSONFault) -> HalfElement {
        let bits = HalfFloat.bits(try reader.number().double(in: reader.bytes))
        guard HalfFloat.float(bits: bits).isFinite else { throw reader.beyond("FP16") }
        return HalfElement(bits: bits)
    }
}

/// A BOOL element: true and false, or 1 and 0.
struct BoolElement: JSONElement {
    let byte: UInt8

    static func read(_ reader: inout JSONReader) throws(JSONFault) -> BoolElement {
        let next = reader.peek()
        if next == UInt8(ascii: "0") || next == UInt8(ascii: "1") {
            guard let value = try reader.number().integer(as: UInt8.self), value <= 1 else { throw reader.fault("expected true or false") }
            return BoolElement(byte: value)
        }
        return BoolElement(byte: try reader.bool() ? 1 : 0)
    }
}

extension JSONReader {
    /// A number that is beyond the datatype's range is refused: the model would see an infinity that nobody sent.
    func beyond(_ datatype: StaticString) -> JSONFault { fault("expected a number within the range of \(datatype)") }

    /// Reads the elements that are left of an array and leaves it; gives how many there were, of at most `room`.
    @inline(__always)
    mutating func elements<T: JSONElement>(
        into memory: UnsafeMutablePointer<T>, room: Int, count: inout Int
    ) throws(JSONFault) {
        var index = 0
        defer { count = index }
        while true {
            let value = try T.read(&self)
            guard index < room else { throw fault("more elements than the shape says") }
            memory[index] = value
            index += 1
            // Most texts have no blank here, or the one behind the comma.
            if position < bytes.count, bytes[position] == UInt8(ascii: ",") {
                position += 1
            } else if try !nextElement() {
                return
            }
        }
    }
}
